import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import MetaTower
from tfmtl.layers import MetaUnit


def made(*kernels):
    """One unit wide: block j multiplies by `kernels[j]` times the scenario."""
    tower = MetaTower(len(kernels), MetaUnit(1))
    tower.build((None, 1), (None, 1))
    for unit, kernel in zip(tower.units, kernels, strict=True):
        unit.generators[0].assign([[[kernel]]])
        unit.bias_generators[0].assign([[0.0]])
        unit.static_kernels[0].assign([[0.0]])
    return tower


def test_a_block_adds_what_the_scenario_makes_of_its_input():
    # 1 + 2 * 3 = 7, 7 + 7 * 3 = 28; and 1 - 2 * 0.01 = 0.98 for -1.
    tower = made(2.0, 1.0)
    output = tower(tf.constant([[1.0], [1.0]]), tf.constant([[3.0], [-1.0]]))
    expected = [[28.0], [0.98 - 0.98 * 0.01]]
    np.testing.assert_allclose(output, expected, rtol=1e-5)


def test_the_activation_follows_the_residual_too():
    # -1 + 0.01 * (-1 * 2) = -1.02, times 0.01.
    output = made(2.0)(tf.constant([[-1.0]]), tf.constant([[1.0]]))
    np.testing.assert_allclose(output, [[-0.0102]], rtol=1e-5)


def test_weights_at_zero_leave_the_residual():
    inputs = tf.constant([[2.0], [-3.0]])
    output = made(0.0, 0.0)(inputs, tf.ones((2, 1)))
    np.testing.assert_allclose(output, [[2.0], [-3e-4]], rtol=1e-5)


def test_one_tower_serves_several_tasks():
    tower = MetaTower(seed=0)
    inputs = tf.random.normal((3, 2, 4), seed=0)
    scenario = tf.random.normal((3, 2), seed=1)
    both = tower(inputs, scenario)
    for task in range(2):
        alone = tower(inputs[:, task], scenario)
        np.testing.assert_allclose(both[:, task], alone, rtol=1e-4, atol=1e-6)


def test_blocks_start_different():
    tower = MetaTower(seed=0)
    tower.build((None, 4), (None, 3))
    kernels = [np.ravel(k) for unit in tower.units for k in unit.static_kernels]
    assert len({kernel.tobytes() for kernel in kernels}) == 6


def test_refuses_to_have_no_block():
    with pytest.raises(ValueError, match="positive.*num_blocks=0"):
        MetaTower(0)
