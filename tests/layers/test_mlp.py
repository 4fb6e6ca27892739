import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import MLP


def test_applies_the_activation_after_every_layer_the_last_too():
    mlp = MLP((1, 1))
    mlp.build((None, 2))
    weights = [[2.0], [-1.0]], [1.0], [[-3.0]], [0.5]  # kernel, bias, twice
    mlp.set_weights([np.array(weight) for weight in weights])
    # First row: relu(2*1 - 1*0 + 1) = 3, relu(-3*3 + 0.5) = 0.
    # Second row: relu(2*0 - 1*2 + 1) = 0, relu(-3*0 + 0.5) = 0.5.
    np.testing.assert_allclose(
        mlp(tf.constant([[1.0, 0.0], [0.0, 2.0]])), [[0.0], [0.5]]
    )


def test_without_units_is_the_identity():
    inputs = tf.constant([[1.0, -2.0]])
    np.testing.assert_array_equal(MLP(())(inputs), inputs)


def test_drops_units_in_training_only():
    mlp = MLP((64,), activation=None, dropout=0.5, seed=0)
    inputs = tf.ones((4, 8))
    assert np.mean(mlp(inputs, training=True) == 0) > 0.25
    assert not np.any(mlp(inputs, training=False) == 0)


def test_takes_a_dropout_per_layer():
    mlp = MLP((8, 64), activation=None, dropout=(0.0, 0.5), seed=0)
    dropped = mlp(tf.ones((4, 8)), training=True) == 0
    assert 0.25 < np.mean(dropped) < 0.75


def test_same_seed_gives_same_weights_but_not_to_two_layers():
    first, second = MLP((4, 4), seed=3), MLP((4, 4), seed=3)
    for mlp in (first, second):
        mlp.build((None, 4))
    kernel_0, _, kernel_1, _ = first.get_weights()
    np.testing.assert_array_equal(kernel_0, second.get_weights()[0])
    assert not np.allclose(kernel_0, kernel_1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": (8, 0)}, r"`units` should be positive.*\(8, 0\)"),
        ({"units": (8,), "dropout": (0.1, 0.2)}, r"one per layer.*0\.2"),
    ],
)
def test_refuses_sizes_that_do_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        MLP(**options)
