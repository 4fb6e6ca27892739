import numpy as np
import tensorflow as tf

from tfmtl.layers import AdjacentAttention

STATES = np.array([[[1.0, 0.0], [0.0, 2.0]]], np.float32)
EYE = np.eye(2)


def make(query, key, value, **options):
    """Returns a layer with these `(kernel, bias)` pairs."""
    layer = AdjacentAttention(**options)
    layer.build((None, 2, 2))
    weights = [*query, *key, *value]
    layer.set_weights([np.array(weight, np.float32) for weight in weights])
    return layer


def test_scores_each_state_by_itself_and_adds_biases():
    layer = make((EYE, [1, 0]), (EYE, [0, 0]), (EYE, [0, 5]))
    # Queries (2, 0) and (1, 2), keys (1, 0) and (0, 2): scores 2 and 4.
    first = 1 / (1 + np.exp((4 - 2) / np.sqrt(2)))
    np.testing.assert_allclose(
        layer.attention(STATES), [[first, 1 - first]], rtol=1e-6
    )
    # Values (1, 5) and (0, 7).
    expected = [[first, 5 * first + 7 * (1 - first)]]
    np.testing.assert_allclose(layer(STATES), expected, rtol=1e-6)


def test_crosswise_the_first_state_asks_both():
    layer = make((EYE, [1, 1]), (EYE, [0, 0]), (EYE, [0, 0]), cross=True)
    # The query (2, 1) meets the keys (1, 0) and (0, 2): scores 2 and 2.
    np.testing.assert_allclose(layer.attention(STATES), [[0.5, 0.5]])
    np.testing.assert_allclose(layer(STATES), [[0.5, 1.0]])
    own = make((EYE, [1, 1]), (EYE, [0, 0]), (EYE, [0, 0]))
    assert own.attention(STATES)[0, 0] < 0.5  # scores 2 and 6


def test_takes_any_number_of_states():
    layer = make((0 * EYE, [0, 0]), (EYE, [0, 0]), (EYE, [0, 0]))
    three = tf.concat([STATES, [[[3.0, 4.0]]]], axis=1)
    np.testing.assert_allclose(layer(three), [[4 / 3, 2.0]], rtol=1e-6)
    np.testing.assert_allclose(layer(three[:, :1]), [[1.0, 0.0]])


def test_starts_with_three_different_kernels_and_biases_of_zero():
    layer = AdjacentAttention(seed=0)
    layer.build((None, 2, 8))
    weights = layer.get_weights()
    assert [w.shape for w in weights] == [(8, 8), (8,)] * 3
    query, key, value = weights[::2]
    assert not np.allclose(query, key)
    assert not np.allclose(key, value)
    assert not np.any(np.stack(weights[1::2]))
