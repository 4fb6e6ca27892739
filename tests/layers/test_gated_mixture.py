import numpy as np
import tensorflow as tf

from tfmtl.layers import GatedMixture


def test_mixes_experts_by_the_softmax_of_the_gate():
    mixture = GatedMixture()
    mixture.build((None, 1), (None, 2, 2))
    mixture.set_weights([np.array([[np.log(3.0), 0.0]]), np.zeros(2)])
    experts = [[[4.0, 0.0], [0.0, 8.0]]]
    # The gate of input 1 is softmax(log 3, 0) = (3/4, 1/4).
    output = mixture(tf.ones((1, 1)), tf.constant(experts))
    np.testing.assert_allclose(output, [[3.0, 2.0]], rtol=1e-6)


def test_mixes_experts_apart_as_it_mixes_them_stacked():
    mixture = GatedMixture(seed=1)
    inputs, experts = tf.random.normal((6, 4)), tf.random.normal((6, 3, 2))
    np.testing.assert_allclose(
        mixture(inputs, tf.unstack(experts, axis=1)),
        mixture(inputs, experts),
        rtol=1e-5,
    )


def test_weights_of_a_row_sum_to_one():
    mixture = GatedMixture((5,))
    inputs = tf.random.normal((6, 4))
    mixture(inputs, tf.zeros((6, 3, 2)))
    np.testing.assert_allclose(
        tf.reduce_sum(mixture.gate(inputs), axis=1), np.ones(6), rtol=1e-6
    )


def test_hidden_layers_of_the_gate_are_trained():
    mixture = GatedMixture((5,))
    mixture(tf.zeros((1, 4)), tf.zeros((1, 3, 2)))
    assert [w.shape for w in mixture.trainable_weights] == [
        (4, 5),
        (5,),
        (5, 3),
        (3,),
    ]


def test_a_seed_gives_hidden_layer_and_softmax_different_kernels():
    mixture = GatedMixture((4,), seed=1)
    mixture(tf.zeros((1, 4)), tf.zeros((1, 4, 2)))
    hidden, _, softmax, _ = mixture.get_weights()
    assert not np.allclose(hidden, softmax)


def test_a_single_expert_is_passed_on_without_a_warning():
    expert = tf.random.normal((6, 1, 2))
    np.testing.assert_allclose(
        GatedMixture()(tf.random.normal((6, 4)), expert), expert[:, 0]
    )
