import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import InformationTransfer

OWN = np.array([[1.0, 0.0]], np.float32)
HANDED_ON = np.array([[0.0, 2.0]], np.float32)


def make(query, key, value):
    transfer = InformationTransfer()
    transfer.build((None, 2), (None, 2))
    transfer.set_weights([np.array(w, np.float32) for w in (query, key, value)])
    return transfer


def test_scores_each_token_by_its_own_query_and_key():
    identity = np.eye(2)
    transfer = make(identity, identity, [[1.0, 1.0], [0.0, 3.0]])
    # Scores: (1*1, 2*2) / sqrt(2), each token with itself. The full 2 x 2
    # matrix would score token 0 against token 1 too.
    first = 1 / (1 + np.exp((4 - 1) / np.sqrt(2)))
    np.testing.assert_allclose(
        transfer.attention(OWN, HANDED_ON), [[first, 1 - first]], rtol=1e-6
    )
    # Values: (1, 0) @ value = (1, 1) and (0, 2) @ value = (0, 6).
    expected = [[first * 1, first * 1 + (1 - first) * 6]]
    np.testing.assert_allclose(transfer(OWN, HANDED_ON), expected, rtol=1e-5)


def test_weighs_both_by_half_where_the_scores_are_equal():
    transfer = make(np.zeros((2, 2)), np.eye(2), np.eye(2))
    np.testing.assert_allclose(transfer(OWN, HANDED_ON), [[0.5, 1.0]])


def test_is_not_symmetric_in_query_and_key_only():
    transfer = make([[0.0, 1.0], [0.0, 0.0]], np.eye(2), np.eye(2))
    # Queries (0, 1) and (0, 0) meet keys (1, 0) and (0, 2): all scores 0.
    np.testing.assert_allclose(transfer.attention(OWN, HANDED_ON), [[0.5, 0.5]])


def test_starts_small_and_with_three_different_kernels():
    transfer = InformationTransfer(seed=0)
    transfer.build((None, 64), (None, 64))
    kernels = transfer.get_weights()
    for kernel in kernels:
        assert np.std(kernel) == pytest.approx(0.01, rel=0.1)
    assert not np.allclose(kernels[0], kernels[1])
    assert not np.allclose(kernels[1], kernels[2])


def test_has_three_square_kernels_and_no_bias():
    transfer = InformationTransfer()
    transfer(tf.zeros((1, 3)), tf.zeros((1, 3)))
    assert [w.shape for w in transfer.weights] == [(3, 3)] * 3


def test_passes_the_gradient_to_both_inputs():
    transfer = make(np.eye(2), np.eye(2), np.eye(2))
    own, handed_on = tf.constant(OWN), tf.constant(HANDED_ON)
    with tf.GradientTape() as tape:
        tape.watch([own, handed_on])
        output = transfer(own, handed_on)
    for gradient in tape.gradient(output, [own, handed_on]):
        assert np.any(gradient != 0)


def test_transfers_many_pairs_as_so_many_layers_would():
    draw = np.random.default_rng(0)
    own, handed_on = draw.normal(size=(2, 5, 3, 4)).astype(np.float32)
    transfer = InformationTransfer()
    transfer.build(own.shape, handed_on.shape)
    kernels = draw.normal(size=(3, 3, 4, 4))
    transfer.set_weights(kernels)
    output = transfer(own, handed_on)
    weights = transfer.attention(own, handed_on)
    for pair in range(3):
        single = InformationTransfer()
        single.build((None, 4), (None, 4))
        single.set_weights(kernels[:, pair])
        alone = own[:, pair], handed_on[:, pair]
        np.testing.assert_allclose(output[:, pair], single(*alone), atol=1e-5)
        np.testing.assert_allclose(
            weights[:, pair], single.attention(*alone), atol=1e-6
        )


def test_penalises_the_kernels_on_demand():
    transfer = InformationTransfer(kernel_regularizer="l2")
    transfer.build((None, 2), (None, 2))
    transfer.set_weights([np.ones((2, 2), np.float32)] * 3)
    assert float(sum(transfer.losses)) == pytest.approx(3 * 4 * 0.01)


def test_refuses_two_widths():
    with pytest.raises(ValueError, match="same width.*widths 2 and 3"):
        InformationTransfer()(tf.zeros((1, 2)), tf.zeros((1, 3)))


def test_refuses_two_numbers_of_pairs():
    with pytest.raises(ValueError, match=r"pairs of states.*\(1, 3, 2\)"):
        InformationTransfer()(tf.zeros((1, 2)), tf.zeros((1, 3, 2)))


def test_takes_no_initializer_as_one_would_start_the_kernels_equal():
    with pytest.raises((TypeError, ValueError), match="kernel_initializer"):
        InformationTransfer(kernel_initializer="glorot_uniform")
