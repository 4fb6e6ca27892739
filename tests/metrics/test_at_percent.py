import math

import pytest

from tfmtl.metrics import PrecisionAtPercent
from tfmtl.metrics import RecallAtPercent

# Of ten rows, 30 % are the three scored highest: .9 (hit), .8, .7 (hit).
LABELS = [0, 1, 0, 1, 0, 0, 1, 0, 0, 1]
SCORES = [0.8, 0.9, 0.1, 0.7, 0.2, 0.3, 0.4, 0.5, 0.6, 0.0]


def value(metric, labels=LABELS, scores=SCORES):
    metric.update_state(labels, scores)
    return metric.result()


def test_precision_is_hits_over_selected():
    assert value(PrecisionAtPercent(30)) == pytest.approx(2 / 3)


def test_recall_is_hits_over_all_positives():
    assert value(RecallAtPercent(30)) == 2 / 4


def test_rounds_the_number_of_rows_down_but_selects_one_at_least():
    assert value(PrecisionAtPercent(39)) == pytest.approx(2 / 3)
    assert value(PrecisionAtPercent(5)) == 1.0
    assert value(RecallAtPercent(5)) == 1 / 4


def test_ties_go_to_the_earlier_row():
    tied = [0.5] * 4
    assert value(PrecisionAtPercent(25), [1, 0, 0, 0], tied) == 1.0
    assert value(PrecisionAtPercent(25), [0, 1, 1, 1], tied) == 0.0


def test_recall_over_precision_is_selected_over_positive_share():
    recall, precision = (
        value(RecallAtPercent(30)),
        value(PrecisionAtPercent(30)),
    )
    assert recall / precision == pytest.approx(0.3 / 0.4)


def test_are_nan_where_undefined():
    assert math.isnan(value(RecallAtPercent(30), [0, 0], [0.1, 0.2]))
    assert math.isnan(PrecisionAtPercent(30).result())


def test_weights_count_as_rows_in_the_share_and_among_the_positives():
    rows = [1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1], [2, 1, 3, 2]
    # Of a weight of 8, 75 % are 6, the first three rows; 50 % are 4, but the
    # third row of 3 does not fit beside the first two.
    for percent, precision, recall in ((75, 5 / 6, 1.0), (50, 2 / 3, 2 / 5)):
        metrics = PrecisionAtPercent(percent), RecallAtPercent(percent)
        for metric in metrics:
            metric.update_state(*rows)
        assert metrics[0].result() == pytest.approx(precision)
        assert metrics[1].result() == pytest.approx(recall)


def test_are_nan_where_a_prediction_is_nan():
    scores = [math.nan, *SCORES[1:]]
    for metric in PrecisionAtPercent(30), RecallAtPercent(30):
        assert math.isnan(value(metric, scores=scores))


@pytest.mark.parametrize("percent", range(1, 101))
def test_of_a_hundred_rows_a_percent_is_one(percent):
    hits = [1] * percent + [0] * (100 - percent)
    assert value(RecallAtPercent(percent), hits, range(100, 0, -1)) == 1.0
    assert value(PrecisionAtPercent(percent), hits, range(100, 0, -1)) == 1.0


@pytest.mark.parametrize("percent", [0, -1, 100.5, math.nan])
@pytest.mark.parametrize("metric", [PrecisionAtPercent, RecallAtPercent])
def test_refuse_what_is_no_share(metric, percent):
    with pytest.raises(ValueError, match=f"at most 100.*percent={percent}"):
        metric(percent)
