import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import MetaAttention
from tfmtl.layers import MetaUnit

EXPERTS = tf.constant([[[1.0], [0.0]], [[1.0], [0.0]]])
TASK = tf.zeros((2, 1))


@pytest.fixture
def attention():
    """A scenario of 1 scores an expert by log 3 times its output."""
    attention = MetaAttention(MetaUnit(1))
    attention.build((None, 2, 1), (None, 1), (None, 1))
    unit = attention.unit
    unit.generators[0].assign([np.log(3.0) * np.eye(2)])
    unit.bias_generators[0].assign(np.zeros((1, 2)))
    unit.static_kernels[0].assign(np.zeros((2, 2)))
    attention.vector.assign([[1.0], [0.0]])
    return attention


def test_the_scenario_weighs_the_experts(attention):
    # Scores log 3 and 0 in one scenario, 2 log 3 and 0 in the other.
    weights = attention.attention(EXPERTS, TASK, tf.constant([[1.0], [2.0]]))
    np.testing.assert_allclose(weights, [[0.75, 0.25], [0.9, 0.1]], rtol=1e-6)


def test_mixes_the_experts_by_their_weights(attention):
    output = attention(EXPERTS, TASK, tf.constant([[1.0], [2.0]]))
    np.testing.assert_allclose(output, [[0.75], [0.9]], rtol=1e-6)


def test_generators_at_zero_weigh_all_experts_alike(attention):
    attention.unit.generators[0].assign(np.zeros((1, 2, 2)))
    weights = attention.attention(EXPERTS, TASK, tf.ones((2, 1)))
    np.testing.assert_allclose(weights, np.full((2, 2), 0.5))


def test_one_unit_serves_several_tasks():
    draw = np.random.default_rng(0)
    experts = tf.constant(draw.normal(size=(3, 4, 2)), tf.float32)
    tasks = tf.constant(draw.normal(size=(3, 2, 5)), tf.float32)
    scenario = tf.constant(draw.normal(size=(3, 2)), tf.float32)
    attention = MetaAttention(units=3, seed=0)
    both = attention(experts, tasks, scenario)
    weights = attention.attention(experts, tasks, scenario)
    assert weights.shape == (3, 2, 4)
    for number in range(2):
        alone = attention(experts, tasks[:, number], scenario)
        np.testing.assert_allclose(both[:, number], alone, rtol=1e-4)
    assert not np.allclose(weights[:, 0], weights[:, 1])


def test_the_output_lies_between_the_experts():
    experts = tf.random.normal((20, 3, 4), seed=0)
    attention = MetaAttention(seed=0)
    output = attention(
        experts, tf.ones((20, 2)), tf.random.normal((20, 3), seed=1)
    )
    least = tf.reduce_min(experts, axis=1) - 1e-5
    most = tf.reduce_max(experts, axis=1) + 1e-5
    assert np.all((output > least) & (output < most))


def test_without_generators_all_scenarios_weigh_alike():
    attention = MetaAttention(MetaUnit(1, generated=False), seed=0)
    attention.build((None, 2, 1), (None, 1), (None, 1))
    weights = attention.attention(EXPERTS, TASK, tf.constant([[1.0], [9.0]]))
    np.testing.assert_allclose(weights[0], weights[1])
    names = [weight.name for weight in attention.trainable_weights]
    assert sorted(names) == ["bias_0", "kernel_0", "vector"]


def test_refuses_a_width_that_is_none():
    with pytest.raises(ValueError, match="positive.*units=0"):
        MetaAttention(units=0)
