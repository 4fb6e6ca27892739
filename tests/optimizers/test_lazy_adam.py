import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl.optimizers import LazyAdam

START = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], np.float32)


def table():
    return keras.Variable(START, name="table")


def slices(rows, values):
    return tf.IndexedSlices(
        tf.constant(values, tf.float32), tf.constant(rows), (4, 2)
    )


def apply(optimizer, variable, *gradients):
    for gradient in gradients:
        optimizer.apply([gradient], [variable])
    return variable.numpy()


def test_sums_the_gradients_of_equal_rows_before_squaring():
    moved = LazyAdam(0.1)
    twice = apply(moved, table(), slices([1, 1], [[1.0, 2.0], [3.0, -2.0]]))
    index = 1
    # The sum is (4, 0): m = 0.1 * 4 = 0.4, v = 0.001 * 16 = 0.016. Squared
    # first, v would be 0.001 * (1 + 9) = 0.010.
    momentum, velocity = moved._momentums[0], moved._velocities[0]
    np.testing.assert_allclose(momentum[index], [0.4, 0.0], rtol=1e-5)
    np.testing.assert_allclose(velocity[index], [0.016, 0.0], rtol=1e-5)
    # The first step of Adam is the rate times the sign.
    np.testing.assert_allclose(twice[index], [2.9, 4.0], rtol=1e-5)


@pytest.mark.parametrize(
    "limit", [{"clipvalue": 3.0}, {"clipnorm": 3.0}, {"global_clipnorm": 3.0}]
)
def test_clips_the_sum_of_a_rows_gradients_as_adam_does(limit):
    often = slices([1] * 64, np.full((64, 2), 2.0))
    back = slices([1], [[-3.0, -3.0]])
    dense = [tf.convert_to_tensor(each) for each in (often, back)]
    adam = keras.optimizers.Adam(0.1, epsilon=1e-8, **limit)
    np.testing.assert_allclose(
        apply(LazyAdam(0.1, **limit), table(), often, back)[1],
        apply(adam, table(), *dense)[1],
        rtol=1e-5,
    )


def test_leaves_absent_rows_where_they_are():
    variable = table()
    after = apply(
        LazyAdam(0.1),
        variable,
        slices([0], [[1.0, 1.0]]),
        slices([2], [[1.0, 1.0]]),
        slices([2], [[1.0, 1.0]]),
    )
    np.testing.assert_allclose(after[0], START[0] - 0.1, rtol=1e-5)
    np.testing.assert_array_equal(after[[1, 3]], START[[1, 3]])


def test_equals_adam_on_dense_gradients():
    gradients = [
        tf.constant(np.random.default_rng(step).normal(size=(4, 2)), tf.float32)
        for step in range(3)
    ]
    adam = keras.optimizers.Adam(0.1, epsilon=1e-8)
    np.testing.assert_allclose(
        apply(LazyAdam(0.1), table(), *gradients),
        apply(adam, table(), *gradients),
        rtol=1e-5,
    )


def test_equals_adam_where_every_row_is_touched():
    gradients = [
        np.random.default_rng(step).normal(size=(4, 2)) for step in range(3)
    ]
    sparse = [slices([2, 0, 3, 1], g[[2, 0, 3, 1]]) for g in gradients]
    dense = [tf.constant(g, tf.float32) for g in gradients]
    adam = keras.optimizers.Adam(0.1, epsilon=1e-8)
    np.testing.assert_allclose(
        apply(LazyAdam(0.1), table(), *sparse),
        apply(adam, table(), *dense),
        rtol=1e-5,
    )


def test_follows_a_learning_rate_schedule():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay(
        [1], [0.1, 0.0]
    )
    gradient = slices([0], [[1.0, 1.0]])
    after = apply(LazyAdam(schedule), table(), gradient, gradient, gradient)
    # Rate 0.1 at iterations 0 and 1, then none.
    np.testing.assert_allclose(after[0], START[0] - 0.2, rtol=1e-4)


def test_configuration_makes_the_round_trip():
    optimizer = LazyAdam(0.02, beta_1=0.8, epsilon=1e-6)
    restored = LazyAdam.from_config(optimizer.get_config())
    assert restored.get_config() == optimizer.get_config()


@pytest.mark.parametrize(
    "option",
    [
        "amsgrad",
        "weight_decay",
        "gradient_accumulation_steps",
        "loss_scale_factor",
    ],
)
def test_refuses_what_does_not_go_with_gradients_of_rows(option):
    with pytest.raises(ValueError, match=f"`{option}`.*Received: {option}=2"):
        LazyAdam(**{option: 2})


def test_moves_variables_of_double_precision_as_adam_does():
    values = np.random.default_rng(0).normal(size=(4, 2))
    dense = tf.constant(values, tf.float64)
    sparse = tf.IndexedSlices(dense, tf.range(4), (4, 2))
    moved = [
        apply(optimizer, keras.Variable(START, dtype="float64"), gradient)
        for optimizer, gradient in (
            (LazyAdam(0.1), dense),
            (LazyAdam(0.1), sparse),
            (keras.optimizers.Adam(0.1, epsilon=1e-8), dense),
        )
    ]
    assert moved[0].dtype == np.float64
    np.testing.assert_allclose(moved[0], moved[2], rtol=1e-6)
    np.testing.assert_allclose(moved[1], moved[2], rtol=1e-6)
