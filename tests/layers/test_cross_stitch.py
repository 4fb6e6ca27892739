import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import CrossStitch


def built(matrix, **options):
    """Returns a layer with a matrix fixed by hand."""
    stitch = CrossStitch(**options)
    matrix = np.array(matrix, np.float32)
    stitch.build(
        (None, len(matrix), matrix.shape[2] if matrix.ndim == 3 else 1)
    )
    stitch.kernel.assign(matrix / stitch.learning_rate_multiplier)
    return stitch


def test_two_tasks_start_at_nine_tenths_and_one_tenth():
    output = CrossStitch()(tf.constant([[[1.0, 2.0], [3.0, 4.0]]]))
    # 0.9*1 + 0.1*3, 0.9*2 + 0.1*4; 0.1*1 + 0.9*3, 0.1*2 + 0.9*4.
    np.testing.assert_allclose(output, [[[1.2, 2.2], [2.8, 3.8]]], rtol=1e-6)


@pytest.mark.parametrize("per_channel", [False, True])
def test_three_tasks_share_one_tenth_between_the_other_two(per_channel):
    stitch = CrossStitch(per_channel)
    output = stitch(tf.constant([[[1.0], [10.0], [100.0]]]))
    # 0.9 + 0.5 + 5; 0.05 + 9 + 5; 0.05 + 0.5 + 90.
    np.testing.assert_allclose(output, [[[6.4], [14.05], [90.55]]], rtol=1e-6)


@pytest.mark.parametrize("per_channel", [False, True])
def test_a_single_task_passes_through(per_channel):
    inputs = tf.constant([[[1.0, -2.0]], [[0.5, 7.0]]])
    np.testing.assert_array_equal(CrossStitch(per_channel)(inputs), inputs)


def test_a_row_of_the_matrix_belongs_to_the_task_that_reads():
    stitch = built([[1.0, 2.0], [0.0, 1.0]])
    output = stitch(tf.constant([[[1.0], [10.0]]]))
    np.testing.assert_allclose(output, [[[21.0], [10.0]]])


def test_every_channel_may_have_a_matrix_of_its_own():
    # Channel 0 exchanges the tasks, channel 1 doubles the second one.
    matrix = [[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]]]
    stitch = built(matrix, per_channel=True)
    output = stitch(tf.constant([[[1.0, 2.0], [3.0, 4.0]]]))
    np.testing.assert_allclose(output, [[[3.0, 2.0], [1.0, 8.0]]])


def moved(stitch, optimizer):
    """Returns how far a step on the first task's output moves the matrix."""
    inputs = tf.constant([[[3.0], [5.0]]])
    stitch(inputs)
    before = stitch.matrix()
    with tf.GradientTape() as tape:
        loss = stitch(inputs)[0, 0, 0]
    gradient = tape.gradient(loss, stitch.trainable_variables)
    optimizer.apply(gradient, stitch.trainable_variables)
    return (stitch.matrix() - before).numpy()


@pytest.mark.parametrize("multiplier", [1.0, 10.0])
def test_the_matrix_learns_as_many_times_faster_under_sgd(multiplier):
    stitch = CrossStitch(learning_rate_multiplier=multiplier)
    step = moved(stitch, keras.optimizers.SGD(0.01))
    # The gradient of row 0 is (3, 5).
    expected = np.array([[-0.03, -0.05], [0.0, 0.0]]) * multiplier
    np.testing.assert_allclose(step, expected, atol=1e-6)


@pytest.mark.parametrize("multiplier", [1.0, 10.0])
def test_the_matrix_learns_as_many_times_faster_under_adam(multiplier):
    stitch = CrossStitch(learning_rate_multiplier=multiplier)
    step = moved(stitch, keras.optimizers.Adam(0.01))
    # Adam's first step is the rate, whatever the gradient.
    expected = np.array([[-0.01, -0.01], [0.0, 0.0]]) * multiplier
    np.testing.assert_allclose(step, expected, atol=1e-5)


def test_the_multiplier_leaves_the_start_as_it_is():
    inputs = tf.constant([[[3.0], [5.0]]])
    stitch = CrossStitch(learning_rate_multiplier=1000.0)
    np.testing.assert_allclose(stitch(inputs), CrossStitch()(inputs), rtol=1e-6)


@pytest.mark.parametrize("multiplier", [0.0, -1.0, np.inf, np.nan])
def test_refuses_a_multiplier_that_is_not_positive(multiplier):
    with pytest.raises(ValueError, match="positive and finite.*multiplier="):
        CrossStitch(learning_rate_multiplier=multiplier)


def test_refuses_states_that_are_not_stacked():
    with pytest.raises(ValueError, match=r"stack the states.*\(4, 3\)"):
        CrossStitch()(tf.zeros((4, 3)))
