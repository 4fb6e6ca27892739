import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import Experts


def test_gives_each_expert_its_own_kernel_and_bias():
    experts = Experts(2, (1,))
    experts.build((None, 2))
    kernel = np.array([[[1.0], [2.0]], [[-1.0], [1.0]]])  # (experts, in, out)
    experts.set_weights([kernel, np.array([[[0.5]], [[0.0]]])])
    # Expert 0: 3 + 2*1 + 0.5 = 5.5. Expert 1: relu(-3 + 1) = 0.
    np.testing.assert_allclose(
        experts(tf.constant([[3.0, 1.0]])), [[[5.5], [0.0]]]
    )


def test_gives_each_expert_its_own_input_on_demand():
    experts = Experts(2, (1,))
    experts.build((None, 2, 1))
    experts.set_weights([np.array([[[2.0]], [[3.0]]]), np.zeros((2, 1, 1))])
    inputs = tf.constant([[[1.0], [10.0]], [[4.0], [-1.0]]])
    np.testing.assert_allclose(
        experts(inputs), [[[2.0], [30.0]], [[8.0], [0.0]]]
    )


def test_refuses_inputs_for_another_number_of_experts():
    with pytest.raises(ValueError, match=r"\(batch, 2, inputs\).*\(4, 3, 5\)"):
        Experts(2, (1,))(tf.zeros((4, 3, 5)))


def test_equals_separate_networks():
    experts = Experts(3, (5, 4), seed=0)
    inputs = np.random.default_rng(0).normal(size=(6, 7)).astype(np.float32)
    output = experts(inputs)
    for expert in range(3):
        hidden = inputs
        for kernel, bias in zip(experts.kernels, experts.biases, strict=True):
            hidden = np.maximum(hidden @ kernel[expert] + bias[expert], 0)
        np.testing.assert_allclose(output[:, expert], hidden, atol=1e-5)


def test_experts_start_different_whatever_the_seed():
    for seed in (None, 0):
        experts = Experts(4, (8,), seed=seed)
        experts.build((None, 6))
        kernel = experts.kernels[0].numpy()
        for one in range(4):
            for other in range(one):
                assert not np.allclose(kernel[one], kernel[other])


def test_starts_within_the_limits_of_a_single_dense_layer():
    experts = Experts(4, (30,))
    experts.build((None, 20))
    limit = np.sqrt(6 / (20 + 30))
    kernel = experts.kernels[0].numpy()
    assert np.abs(kernel).max() <= limit
    assert np.abs(kernel).max() > 0.95 * limit


def test_experts_apart_are_the_same_as_stacked():
    stacked, apart = (
        Experts(3, (4,), seed=1),
        Experts(3, (4,), seed=1, stacked=False),
    )
    inputs = tf.random.normal((5, 2))
    np.testing.assert_array_equal(
        tf.stack(apart(inputs), axis=1), stacked(inputs)
    )


def test_inputs_apart_are_the_same_as_stacked():
    experts = Experts(3, (4,), seed=1)
    inputs = tf.random.normal((5, 3, 2))
    np.testing.assert_array_equal(
        experts(tf.unstack(inputs, axis=1)), experts(inputs)
    )


def test_refuses_another_number_of_inputs_apart():
    with pytest.raises(ValueError, match=r"\(batch, 3, inputs\) with one"):
        Experts(3, (4,))([tf.zeros((5, 2))] * 2)


def test_same_seed_gives_same_weights():
    first, second = Experts(2, (3, 3), seed=1), Experts(2, (3, 3), seed=1)
    inputs = tf.ones((1, 4))
    np.testing.assert_array_equal(first(inputs), second(inputs))


@pytest.mark.parametrize(
    ("number", "units", "message"),
    [
        (0, (4,), "`num_experts` should be positive.*num_experts=0"),
        (2, (), "`units` should have one width or more"),
        (2, (0,), r"`units` should be positive.*units=\(0,\)"),
        (2, 64, r"`units` should list the widths.*units=64"),
    ],
)
def test_refuses_sizes_that_are_not_positive(number, units, message):
    with pytest.raises(ValueError, match=message):
        Experts(number, units)
