import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import PriorInformationMerge

HIDDEN = tf.constant([[0.0, 1.0], [2.0, 3.0]])
PREDICTION = tf.constant([[0.2], [0.6]])
LABEL = tf.constant([[1.0], [0.0]])


@pytest.fixture
def merge():
    """The layer with kernel [1, 1], so that the output is plain to see."""
    return PriorInformationMerge(kernel_initializer="ones")


def expected(outcome):
    return 1 / (1 + np.exp(-np.asarray(outcome))) + HIDDEN.numpy()


def test_tells_the_prediction_without_labels(merge):
    output = merge(HIDDEN, PREDICTION, training=True)
    np.testing.assert_allclose(output, expected(PREDICTION), rtol=1e-6)


def test_tells_the_label_at_rate_one(merge):
    output = merge(HIDDEN, PREDICTION, LABEL, label_rate=1.0, training=True)
    np.testing.assert_allclose(output, expected(LABEL), rtol=1e-6)


def test_tells_the_prediction_at_rate_zero(merge):
    output = merge(HIDDEN, PREDICTION, LABEL, label_rate=0.0, training=True)
    np.testing.assert_allclose(output, expected(PREDICTION), rtol=1e-6)


def test_never_tells_the_label_outside_training(merge):
    output = merge(HIDDEN, PREDICTION, LABEL, label_rate=1.0, training=False)
    np.testing.assert_allclose(output, expected(PREDICTION), rtol=1e-6)


def test_an_outcome_of_zero_gives_one_half_not_zero(merge):
    output = merge(tf.zeros((3, 2)), tf.zeros((3, 1)))
    np.testing.assert_array_equal(output, np.full((3, 2), 0.5))


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0])
def test_draws_labels_per_example_at_the_given_rate(merge, rate):
    size = 10_000
    output = merge(
        tf.zeros((size, 1)),
        tf.zeros((size, 1)),
        tf.ones((size, 1)),
        label_rate=rate,
        training=True,
    )
    told = np.mean(output > 0.5)
    assert told == pytest.approx(rate, abs=0.02)


def test_follows_a_draw_from_outside(merge):
    output = merge(
        HIDDEN,
        PREDICTION,
        LABEL,
        label_rate=0.5,
        draw=tf.constant([[0.4], [0.5]]),
        training=True,
    )
    # 0.4 < 0.5 tells the label 1.0; 0.5 < 0.5 is false and tells 0.6.
    np.testing.assert_allclose(output, expected([[1.0], [0.6]]), rtol=1e-6)


def test_draws_nothing_outside_training(merge):
    merge(HIDDEN, PREDICTION, LABEL, training=False)
    assert merge.draw.calls == 0


def test_stops_the_gradient_to_the_previous_task(merge):
    with tf.GradientTape() as tape:
        tape.watch([HIDDEN, PREDICTION])
        output = merge(HIDDEN, PREDICTION, training=True)
    to_hidden, to_prediction = tape.gradient(output, [HIDDEN, PREDICTION])
    np.testing.assert_array_equal(to_hidden, np.ones((2, 2)))
    assert to_prediction is None


def test_passes_the_gradient_on_demand():
    merge = PriorInformationMerge(
        stop_gradient=False, kernel_initializer="ones"
    )
    with tf.GradientTape() as tape:
        tape.watch(PREDICTION)
        output = merge(HIDDEN, PREDICTION)
    p = 1 / (1 + np.exp(-PREDICTION.numpy()))
    np.testing.assert_allclose(
        tape.gradient(output, PREDICTION), 2 * p * (1 - p), rtol=1e-5
    )


def test_tells_every_label_at_rate_one_in_half_precision():
    merge = PriorInformationMerge(
        kernel_initializer="ones", dtype="mixed_bfloat16"
    )
    output = merge(
        tf.zeros((1, 1)),
        tf.zeros((1, 1)),
        tf.ones((1, 1)),
        label_rate=1.0,
        draw=tf.constant([[0.9999]]),  # is 1.0 in bfloat16
        training=True,
    )
    assert output.dtype == tf.bfloat16
    assert float(output[0, 0]) == pytest.approx(0.731, abs=0.01)


def test_takes_another_activation():
    merge = PriorInformationMerge(tf.nn.relu, kernel_initializer="ones")
    output = merge(tf.zeros((2, 2)), PREDICTION)
    np.testing.assert_allclose(output, [[0.2, 0.2], [0.6, 0.6]])


def test_rejects_a_flat_prediction(merge):
    with pytest.raises(ValueError, match=r"shape \(batch, 1\).*\(2,\)"):
        merge(HIDDEN, tf.constant([0.2, 0.6]))
