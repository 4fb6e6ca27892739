import math

import numpy as np
import pytest

from tfmtl.metrics import CalibrationError
from tfmtl.metrics import LogLoss


def value(metric, labels, predictions, weights=None):
    metric.update_state(labels, predictions, weights)
    return metric.result()


def test_log_loss_is_the_mean_cross_entropy():
    expected = -(math.log(0.8) + math.log(1 - 0.4)) / 2
    assert value(LogLoss(), [1, 0], [0.8, 0.4]) == pytest.approx(expected)


def test_log_loss_weighs_the_rows():
    expected = -(3 * math.log(0.8) + math.log(1 - 0.4)) / 4
    actual = value(LogLoss(), [1, 0], [0.8, 0.4], [3, 1])
    assert actual == pytest.approx(expected)


def test_log_loss_of_a_certain_mistake_is_finite():
    assert value(LogLoss(), [1], [0.0]) == pytest.approx(-math.log(1e-7))


def test_calibration_error_is_zero_where_frequencies_fit():
    # Twenty rows, ten bins: each bin has labels 0 and 1 and predictions .5.
    labels = [0, 1] * 10
    assert value(CalibrationError(), labels, [0.5] * 20) == 0


def test_calibration_error_means_the_gaps_of_bins_of_equal_size():
    # Twenty rows in ten bins of two. Nine bins predict .1 for labels 0, 0;
    # one predicts .9 for labels 1, 0: (9 * .1 + |.5 - .9|) / 10 = .13.
    predictions = [0.1] * 18 + [0.9] * 2
    labels = [0] * 18 + [1, 0]
    actual = value(CalibrationError(), labels, predictions)
    assert actual == pytest.approx(0.13, rel=1e-5)


def test_calibration_error_sees_what_the_mean_hides():
    # Too low for half of the rows and too high for the others.
    labels = [1] * 10 + [0] * 10
    predictions = [0.4] * 10 + [0.6] * 10
    assert np.mean(labels) == pytest.approx(np.mean(predictions))
    actual = value(CalibrationError(), labels, predictions)
    assert actual == pytest.approx(0.6, rel=1e-5)


@pytest.mark.parametrize("metric", [LogLoss, CalibrationError])
def test_are_nan_without_rows(metric):
    assert math.isnan(metric().result())


def test_calibration_error_does_not_depend_on_the_order_of_ties():
    assert value(CalibrationError(), [1] * 500 + [0] * 500, [0.5] * 1000) == 0
    # Labels 1 of weight 3 and 0 of weight 1: |3/4 - 1/2|.
    for labels, weights in (([1, 0], [3, 1]), ([0, 1], [1, 3])):
        assert value(CalibrationError(), labels, [0.5, 0.5], weights) == 1 / 4


def test_calibration_error_cuts_bins_of_equal_weight():
    # Each of ten bins of weight 2 holds one heavy row or two light ones.
    labels = [0] * 5 + [0, 1] * 5
    predictions = [0.1] * 5 + [0.5, 0.6] * 5
    actual = value(CalibrationError(), labels, predictions, [2] * 5 + [1] * 10)
    # Sorted: .5 with labels 0 in two and a half bins, then .6 with labels 1.
    # Weight 10 * .1, 4 * .5, 4 * .4, and a bin with .5 * 1 - .4 * 1.
    assert actual == pytest.approx((1 + 2 + 1.6 + 0.1) / 20, rel=1e-5)


def test_calibration_error_is_nan_where_a_prediction_is_nan():
    assert math.isnan(value(CalibrationError(), [0, 1], [math.nan, 0.5]))
