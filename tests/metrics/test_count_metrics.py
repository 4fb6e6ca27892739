import math

import pytest

from tfmtl.metrics import NMAE
from tfmtl.metrics import SMAPE
from tfmtl.metrics import ExplainedDeviance


def value(metric, labels, predictions, weights=None):
    metric.update_state(labels, predictions, weights)
    return metric.result()


def test_nmae_divides_the_errors_by_the_labels():
    # (|1 - 2| + |5 - 2| + |0 - 1|) / (2 + 2 + 1).
    assert value(NMAE(), [2, 2, 1], [1, 5, 0]) == 1.0


def test_nmae_weighs_the_rows():
    # (2 * 1 + 1 * 3) / (2 * 2 + 1 * 2).
    actual = value(NMAE(), [2, 2], [1, 5], [2, 1])
    assert actual == pytest.approx(5 / 6)


@pytest.mark.parametrize("labels", [[], [0, 0]])
def test_nmae_is_nan_where_all_labels_are_zero(labels):
    assert math.isnan(value(NMAE(), labels, [1.0] * len(labels)))


def test_smape_means_the_relative_errors():
    # |1 - 3| / 2 = 1 and |6 - 2| / 4 = 1, so 1; an exact row adds 0.
    actual = value(SMAPE(), [3, 2, 4], [1, 6, 4])
    assert actual == pytest.approx(2 / 3)


def test_smape_counts_zero_over_zero_as_zero():
    assert value(SMAPE(), [0, 0], [0, 0]) == 0


def test_smape_takes_small_predictions_as_zero():
    assert value(SMAPE(), [0, 0], [0.49, 0.5]) == 1.0  # 0 and 2


def test_smape_of_a_positive_prediction_of_nothing_is_two_on_demand():
    assert value(SMAPE(zero_below=0.0), [0, 0], [0.01, 0.3]) == 2.0


def test_smape_of_a_prediction_that_is_no_number_is_none():
    assert math.isnan(value(SMAPE(), [1, 2], [math.nan, 2]))


def test_smape_is_nan_without_rows():
    assert math.isnan(SMAPE().result())


def test_the_explained_deviance_is_of_that_of_the_mean():
    # Of 2 and 4 by 3: 2 log(2/3) + 1 + 4 log(4/3) - 1; by 4: 2 log(1/2) + 2.
    mean = 2 * math.log(2 / 3) + 4 * math.log(4 / 3)
    expected = 1 - (2 - 2 * math.log(2)) / mean
    actual = value(ExplainedDeviance(), [2, 4], [4, 4])
    assert actual == pytest.approx(expected)
    assert value(ExplainedDeviance(), [2, 4], [2, 4]) == 1


def test_a_count_that_was_held_impossible_costs_as_a_rare_one():
    actual = [
        value(ExplainedDeviance(), [0, 4], [0, prediction])
        for prediction in (0, 1e-3)
    ]
    assert actual[0] == actual[1] < 0


@pytest.mark.parametrize("labels", [[], [0, 0], [3, 3]])
def test_labels_that_are_alike_have_no_deviance_to_explain(labels):
    assert math.isnan(value(ExplainedDeviance(), labels, [1.0] * len(labels)))
