import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import SelfAttention

# Two rows whose scores differ by log 3 after division by sqrt(2).
LENGTH = np.sqrt(np.sqrt(2) * np.log(3))
ROWS = np.array([[[LENGTH, 0.0], [0.0, LENGTH]]], np.float32)


def by_loops(layer, inputs):
    """Returns outputs and weights as the docstring's formula has them."""
    query, key, value = (
        w.numpy().reshape(w.shape[0], layer.num_heads, -1)
        for w in (layer.query, layer.key, layer.value)
    )
    outputs, maps = [], []
    for head in range(layer.num_heads):
        q, k, v = (inputs @ w[:, head] for w in (query, key, value))
        score = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        weight = np.exp(score) / np.exp(score).sum(-1, keepdims=True)
        maps.append(weight)
        outputs.append(weight @ v)
    return np.concatenate(outputs, axis=-1), np.stack(maps, axis=1)


def test_weighs_the_rows_by_the_softmax_of_their_scores():
    layer = SelfAttention(2)
    layer.build((None, 2, 2))
    layer.set_weights([np.eye(2), np.eye(2), np.diag([4.0, 8.0])])
    # A row scores itself by log 3, the other one by 0.
    weights = [[[[0.75, 0.25], [0.25, 0.75]]]]
    np.testing.assert_allclose(layer.attention(ROWS), weights, rtol=1e-5)
    expected = np.array([[[3.0, 2.0], [1.0, 6.0]]]) * LENGTH
    np.testing.assert_allclose(layer(ROWS), expected, rtol=1e-5)


@pytest.mark.parametrize("num_heads", [1, 2, 3])
def test_equals_the_formula_head_by_head(num_heads):
    layer = SelfAttention(6, num_heads, seed=0)
    inputs = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("f4") * 2
    output = layer(inputs)
    expected, maps = by_loops(layer, inputs)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    np.testing.assert_allclose(layer.attention(inputs), maps, atol=1e-5)


def test_the_order_of_the_rows_is_irrelevant():
    layer = SelfAttention(4, 2, seed=0)
    inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("f4")
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(
        layer(inputs[:, order]), layer(inputs).numpy()[:, order], atol=1e-6
    )


def test_a_single_row_attends_to_itself():
    layer = SelfAttention(4, 2, seed=0)
    inputs = tf.constant([[[1.0, -2.0, 3.0]]])
    np.testing.assert_allclose(layer(inputs), inputs @ layer.value, rtol=1e-5)


def test_kernels_start_different():
    layer = SelfAttention(4, seed=0)
    layer.build((None, 3, 4))
    query, key, value = layer.get_weights()
    assert not np.allclose(query, key)
    assert not np.allclose(key, value)


@pytest.mark.parametrize(
    ("units", "num_heads", "message"),
    [
        (5, 2, "multiple of `num_heads`.*units=5, num_heads=2"),
        (0, 1, "`units` should be positive.*units=0"),
        (4, 0, "`num_heads` should be positive.*num_heads=0"),
    ],
)
def test_refuses_sizes_that_do_not_split(units, num_heads, message):
    with pytest.raises(ValueError, match=message):
        SelfAttention(units, num_heads)
