import math

import pytest
from scipy import stats

from tfmtl.experiments import statistics

OURS = [0.72, 0.74, 0.71, 0.75, 0.73]
THEIRS = [0.70, 0.73, 0.71, 0.72, 0.72]


def test_the_deviation_is_that_of_a_sample():
    # 1, 2, 3, 4: mean 2.5; squares 2.25 + 0.25 + 0.25 + 2.25 = 5, over 3.
    mean, deviation = statistics.mean_and_deviation([1.0, 2.0, 3.0, 4.0])
    assert (mean, deviation) == (2.5, pytest.approx(math.sqrt(5 / 3)))


def test_the_paired_test_is_worked_out_by_hand():
    # Differences .02 .01 0 .03 .01: mean .014, deviation .0114018; so
    # t = .014 / (.0114018 / sqrt(5)) = 2.74563 with 4 degrees of freedom.
    p = statistics.paired_p(OURS, THEIRS)
    assert p == pytest.approx(2 * stats.t.sf(2.74563, 4), rel=1e-4)
    assert p == pytest.approx(0.0516, abs=1e-4)


def test_the_paired_test_is_that_of_scipy():
    expected = stats.ttest_rel(OURS, THEIRS).pvalue
    assert statistics.paired_p(OURS, THEIRS) == expected


def test_welchs_test_pairs_no_seeds():
    shuffled = THEIRS[::-1]
    assert statistics.welch_p(OURS, THEIRS) == pytest.approx(
        statistics.welch_p(OURS, shuffled)
    )
    assert statistics.paired_p(OURS, THEIRS) != pytest.approx(
        statistics.paired_p(OURS, shuffled)
    )


@pytest.mark.parametrize("test", [statistics.paired_p, statistics.welch_p])
def test_equal_values_are_no_difference(test):
    assert test([0.5, 0.5], [0.5, 0.5]) == 1.0
    assert test([0.75, 0.75], [0.5, 0.5]) == 0.0


@pytest.mark.parametrize(
    ("p", "stars"), [(0.0049, "**"), (0.005, "*"), (0.049, "*"), (0.05, "")]
)
def test_stars_begin_below_their_bounds(p, stars):
    assert statistics.Comparison("base", 0.1, 0.1, 0.1, p).stars == stars


def test_what_is_surely_worse_has_daggers_and_no_stars():
    worse = statistics.Comparison("base", 0.1, -0.1, -0.1, 0.001)
    assert worse.stars == "††"


def test_the_best_baseline_is_found_for_each_column():
    values = {"A": [0.7, 0.9], "B": [0.75, 0.75], "ours": [1.0, 1.0]}
    best = statistics.best_baseline
    assert best(values, ["A", "B"], "click_auc") == "A"
    assert best(values, ["A", "B"], "click_log_loss") == "B"


def test_better_than_nothing_at_all_is_starred():
    values = {"A": [0.0, 0.0, 0.0], "B": [0.10, 0.12, 0.11]}
    found = statistics.compare("B", values, ["A"], "buy_precision_at_5")
    assert found.stars == "**" and found.gain == pytest.approx(0.11)


def test_the_improvement_is_relative_to_the_best_baseline():
    values = {"A": [0.5, 0.7], "B": [0.2, 0.2], "ours": [0.6, 0.72]}
    found = statistics.compare("ours", values, ["A", "B"], "click_auc")
    assert found.baseline == "A"
    assert found.difference == pytest.approx(0.06)
    assert found.improvement == pytest.approx(0.1)


def test_a_smaller_loss_is_an_improvement():
    values = {"A": [0.4, 0.6], "ours": [0.4, 0.5]}
    found = statistics.compare("ours", values, ["A"], "click_log_loss")
    assert found.difference == pytest.approx(-0.05)
    assert found.improvement == pytest.approx(0.1)
