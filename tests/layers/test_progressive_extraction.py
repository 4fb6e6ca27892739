import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import ProgressiveExtraction

LOG2, LOG3 = np.log(2.0), np.log(3.0)
STREAMS = [tf.constant([[1.0]]), tf.constant([[2.0]]), tf.constant([[4.0]])]


def make(**options):
    """A level of two tasks, each with one expert, and one shared expert.

    The experts multiply by 2, by 3 and, the shared one, by 5.
    """
    level = ProgressiveExtraction(1, 1, (1,), num_tasks=2, **options)
    level.build([(None, 1)] * 3)
    level.experts.set_weights(
        [np.array([[[2.0]], [[3.0]], [[5.0]]]), np.zeros((3, 1, 1))]
    )
    gates = [[[LOG3, 0.0]], [[0.0, LOG3 / 2]], [[0.0, 0.0, LOG2 / 4]]]
    for mixture, kernel in zip(level.mixtures, gates, strict=False):
        mixture.set_weights([np.array(kernel), np.zeros(len(kernel[0]))])
    return level


def random_level(seed, **options):
    return ProgressiveExtraction(
        2, 2, (4, 3), num_tasks=3, seed=seed, **options
    )


def test_mixes_own_and_shared_experts_and_for_the_shared_stream_all():
    # The experts give 2 * 1, 3 * 2 and 5 * 4. The gates look at the streams:
    # softmax(log 3 * 1, 0) = (3/4, 1/4), softmax(0, log 3 / 2 * 2) =
    # (1/4, 3/4), softmax(0, 0, log 2 / 4 * 4) = (1/4, 1/4, 1/2).
    expected = [
        3 / 4 * 2 + 1 / 4 * 20,
        1 / 4 * 6 + 3 / 4 * 20,
        1 / 4 * 2 + 1 / 4 * 6 + 1 / 2 * 20,
    ]
    np.testing.assert_allclose(np.ravel(make()(STREAMS)), expected, rtol=1e-6)


def test_gives_the_weights_of_every_gate():
    weights = make().gate_weights(STREAMS)
    expected = [[[0.75, 0.25]], [[0.25, 0.75]], [[0.25, 0.25, 0.5]]]
    for gate, row in zip(weights, expected, strict=True):
        np.testing.assert_allclose(gate, row, rtol=1e-6)


def test_the_last_level_has_neither_shared_output_nor_its_gate():
    level = make(shared_output=False)
    outputs = level(STREAMS)
    np.testing.assert_allclose(np.ravel(outputs), [6.5, 16.5], rtol=1e-6)
    assert len(level.mixtures) == len(level.gate_weights(STREAMS)) == 2


def test_one_tensor_stands_for_all_streams():
    level = random_level(0)
    inputs = tf.random.normal((5, 6))
    for one, other in zip(level(inputs), level([inputs] * 4), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def changed(level, expert):
    """Moves one expert away from where it was."""
    for weight in level.experts.weights:
        move = np.zeros(weight.shape, np.float32)
        move[expert] = 1.0
        weight.assign_add(move)


@pytest.mark.parametrize(
    ("expert", "hear_in_first"),
    [(0, {0, 3}), (2, {1, 3}), (5, {2, 3}), (6, {0, 1, 2, 3})],
)
def test_a_task_hears_of_the_experts_of_others_from_level_two(
    expert, hear_in_first
):
    first, second = random_level(0), random_level(1, shared_output=False)
    inputs = tf.random.normal((5, 6))
    before = first(inputs)
    last = second(before)
    changed(first, expert)
    after = first(inputs)
    heard = {
        number
        for number, (one, other) in enumerate(zip(before, after, strict=True))
        if not np.array_equal(one, other)
    }
    assert heard == hear_in_first
    for one, other in zip(last, second(after), strict=True):
        assert np.any(one != other)


def test_parts_of_equal_shape_start_different_under_one_seed():
    level = random_level(0, gate_units=(6,))
    level.build((None, 6))
    kernels = [
        kernel
        for mixture in level.mixtures
        for kernel in mixture.get_weights()
        if kernel.shape == (6, 6)
    ]
    assert len(kernels) == 4
    for number, kernel in enumerate(kernels):
        for other in kernels[:number]:
            assert not np.allclose(kernel, other)


def test_refuses_another_number_of_streams():
    with pytest.raises(ValueError, match="3 in all.*Received: 2 tensors"):
        make()(STREAMS[:2])


@pytest.mark.parametrize("name", ["num_shared", "num_specific", "num_tasks"])
def test_refuses_sizes_that_are_not_positive(name):
    sizes = {"num_shared": 1, "num_specific": 1, "num_tasks": 1, name: 0}
    with pytest.raises(ValueError, match=f"Received: {name}=0"):
        ProgressiveExtraction(expert_units=(2,), **sizes)
