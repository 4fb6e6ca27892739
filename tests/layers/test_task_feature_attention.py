import numpy as np
import pytest

from tfmtl.layers import TaskFeatureAttention

# A feature of this length scores log 3 after division by sqrt(2).
LENGTH = np.sqrt(2) * np.log(3)
FEATURES = np.array([[[LENGTH, 0.0], [0.0, LENGTH]]], np.float32)


@pytest.fixture
def layer():
    """Two tasks, each of which looks for one of the two units."""
    layer = TaskFeatureAttention(num_tasks=2, units=2)
    layer.build((None, 2, 2))
    query = np.eye(2)[::-1]  # exchanges the units
    layer.set_weights([np.eye(2), query, np.eye(2), np.diag([4.0, 8.0])])
    return layer


def test_a_task_weighs_the_features_by_the_softmax_of_their_scores(layer):
    # Task 0 queries unit 1, which feature 1 has: scores 0 and log 3.
    weights = [[[[0.25, 0.75], [0.75, 0.25]]]]
    np.testing.assert_allclose(layer.attention(FEATURES), weights, rtol=1e-5)


def test_a_task_reads_the_values_by_its_weights(layer):
    # Values (4, 0) and (0, 8) times the length.
    expected = np.array([[[1.0, 6.0], [3.0, 2.0]]]) * LENGTH
    np.testing.assert_allclose(layer(FEATURES), expected, rtol=1e-5)


@pytest.mark.parametrize("num_heads", [1, 2, 4])
def test_equals_the_formula_head_by_head(num_heads):
    layer = TaskFeatureAttention(3, 8, num_heads, seed=0)
    inputs = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("f4") * 2
    output, maps = layer(inputs), layer.attention(inputs)
    task, query, key, value = layer.get_weights()
    width = 8 // num_heads
    for head in range(num_heads):
        own = slice(head * width, (head + 1) * width)
        scores = np.einsum(
            "tu,bfu->btf", (task @ query)[:, own], inputs @ key[:, own]
        )
        weights = np.exp(scores / np.sqrt(width))
        weights /= weights.sum(-1, keepdims=True)
        np.testing.assert_allclose(maps[:, head], weights, atol=1e-5)
        np.testing.assert_allclose(
            output[..., own], weights @ (inputs @ value[:, own]), atol=1e-5
        )


def test_the_order_of_the_features_is_irrelevant():
    layer = TaskFeatureAttention(2, 4, 2, seed=0)
    inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("f4")
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(
        layer(inputs[:, order]), layer(inputs), atol=1e-6
    )


def test_tasks_start_different():
    layer = TaskFeatureAttention(2, 4, seed=0)
    layer.build((None, 5, 3))
    task = layer.task.numpy()
    assert not np.allclose(task[0], task[1])


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 4), "`num_tasks` should be positive.*num_tasks=0"),
        ((2, -4), "`units` should be positive.*units=-4"),
        ((2, 4, 3), "multiple of `num_heads`"),
    ],
)
def test_refuses_sizes_that_do_not_fit(sizes, message):
    with pytest.raises(ValueError, match=message):
        TaskFeatureAttention(*sizes)
