import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tfmtl.abtest import Bootstrap
from tfmtl.abtest import Mean
from tfmtl.abtest import MeanOfRatios
from tfmtl.abtest import RatioOfSums
from tfmtl.abtest import compare
from tfmtl.abtest import delta_method
from tfmtl.abtest import proportion_test

CVR = RatioOfSums("bought", "shown")
MEAN_CVR = MeanOfRatios("bought", "shown")


def frame(bought, shown):
    return pd.DataFrame({"bought": bought, "shown": shown})


def test_a_ratio_of_sums_by_hand():
    control = frame([1, 0, 2], [2, 1, 3])
    treatment = frame([2, 2], [2, 4])
    effect = compare(control, treatment, CVR)
    # Control 3 / 6: a - r b is 0, -1/2, 1/2; variance 3/2 * 1/2 / 36.
    # Treatment 4 / 6: a - r b is 2/3, -2/3; variance 2 * 8/9 / 36.
    assert effect.control == 1 / 2 and effect.treatment == 2 / 3
    error = np.sqrt(0.75 / 36 + 16 / 9 / 36)
    margin = stats.norm.ppf(0.975) * error
    assert effect.difference.value == pytest.approx(1 / 6)
    assert effect.difference.high == pytest.approx(1 / 6 + margin)
    assert effect.difference.low == pytest.approx(1 / 6 - margin)
    assert effect.p == pytest.approx(2 * stats.norm.sf(1 / 6 / error))
    assert effect.lift.value == pytest.approx(1 / 3)


def test_the_two_ratios_are_two_numbers():
    units = frame([3, 0, 1, 0], [6, 1, 1, 0])
    assert compare(units, units, CVR).control == 4 / 8
    # 1/2, 0 and 1; the last unit was not exposed.
    assert compare(units, units, MEAN_CVR).control == 1.5 / 3


def test_a_mean_is_compared_as_by_a_z_test_of_unequal_variances():
    random = np.random.default_rng(0)
    control, treatment = random.normal(1, 1, 400), random.normal(1.1, 2, 300)
    effect = compare(
        pd.DataFrame({"x": control}), pd.DataFrame({"x": treatment}), Mean("x")
    )
    welch = stats.ttest_ind(treatment, control, equal_var=False)
    assert effect.p == pytest.approx(
        2 * stats.norm.sf(abs(welch.statistic)), rel=1e-9
    )


def test_the_interval_of_the_lift_agrees_with_that_of_the_difference():
    random = np.random.default_rng(0)
    for seed in range(100):
        control = random.normal(1, 1, 50)
        treatment = random.normal(1 + seed / 200, 1, 50)
        _, lift, p = delta_method(
            *(
                Mean("x").parts(pd.DataFrame({"x": x}))
                for x in (control, treatment)
            )
        )
        assert (0 in lift) == (p >= 0.05)


def test_a_control_that_might_be_zero_leaves_the_lift_open():
    control = pd.DataFrame({"x": [0, 0, 0, 1]})
    treatment = pd.DataFrame({"x": [0, 1, 1, 1]})
    lift = compare(control, treatment, Mean("x")).lift
    assert (lift.low, lift.value, lift.high) == (-np.inf, 2.0, np.inf)
    nothing = compare(control[:3], treatment, Mean("x"))
    assert np.isnan(nothing.lift.value)
    assert "+0.75 [" in nothing.conclusion


def test_arms_without_any_variance_differ_surely_or_not_at_all():
    ones = pd.DataFrame({"x": [1, 1]})
    assert compare(ones, ones, Mean("x")).p == 1
    assert compare(ones, 2 * ones, Mean("x")).p == 0


@pytest.mark.parametrize("metric", [CVR, MEAN_CVR], ids=lambda m: m.label)
def test_nineteen_of_twenty_delta_intervals_hold_the_truth(draw_units, metric):
    truth = {CVR: (1 / 12, 0.1 / 12), MEAN_CVR: (7 / 80, 0.7 / 80)}[metric]
    held = np.zeros(2)
    for seed in range(400):
        effect = compare(
            draw_units(600, seed), draw_units(600, 5000 + seed, 1.1), metric
        )
        held += truth[1] in effect.difference, 0.1 in effect.lift
    assert (np.abs(held / 400 - 0.95) < 0.02).all()


@pytest.mark.parametrize("metric", [CVR, MEAN_CVR], ids=lambda m: m.label)
def test_nineteen_of_twenty_bootstrap_intervals_hold_the_truth(
    draw_units, metric
):
    held = 0
    for seed in range(500):
        effect = compare(
            draw_units(300, seed),
            draw_units(300, 50_000 + seed, 1.1),
            metric,
            Bootstrap(resamples=400, seed=seed),
        )
        held += 0.1 in effect.lift
    assert 0.93 <= held / 500 <= 0.97


def test_bootstrap_agrees_with_the_delta_method_on_many_units(draw_units):
    arms = draw_units(5000, 0), draw_units(5000, 1, 1.2)
    delta, drawn = (compare(*arms, CVR, m) for m in (delta_method, Bootstrap()))
    assert drawn.difference.value == pytest.approx(delta.difference.value)
    assert drawn.lift.low == pytest.approx(delta.lift.low, abs=0.015)
    assert drawn.lift.high == pytest.approx(delta.lift.high, abs=0.015)
    assert drawn.p == pytest.approx(delta.p, abs=0.01)


def test_bootstrap_agrees_with_scipy():
    values = np.random.default_rng(0).exponential(size=60)
    ours = compare(
        pd.DataFrame({"x": np.ones(2)}),
        pd.DataFrame({"x": values}),
        Mean("x"),
        Bootstrap(20_000),
    ).difference
    theirs = stats.bootstrap(
        (values - 1,), np.mean, method="percentile", random_state=1
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.01)
    assert ours.high == pytest.approx(theirs.high, abs=0.01)


def test_bootstrap_is_repeatable_whatever_is_drawn_at_a_time(
    draw_units, monkeypatch
):
    arms = draw_units(50, 0), draw_units(50, 1)
    first = compare(*arms, CVR, Bootstrap(100, seed=3))
    monkeypatch.setattr("tfmtl.abtest.bootstrap._CELLS", 30)
    assert compare(*arms, CVR, Bootstrap(100, seed=3)) == first
    assert compare(*arms, CVR, Bootstrap(100, seed=4)) != first


def test_two_proportions_are_compared_as_by_the_chi_square_test():
    effect = proportion_test((120, 1000), (150, 900))
    table = [[120, 880], [150, 750]]
    chi_square = stats.chi2_contingency(table, correction=False)
    assert effect.p == pytest.approx(chi_square.pvalue)
    margin = stats.norm.ppf(0.975) * np.sqrt(
        0.12 * 0.88 / 1000 + 1 / 6 * 5 / 6 / 900
    )
    assert effect.difference.high == pytest.approx(1 / 6 - 0.12 + margin)
    assert effect.lift.value == pytest.approx(1 / 6 / 0.12 - 1)


@pytest.mark.parametrize("arm", [(3, 2), (-1, 2), (0, 0)])
def test_refuses_proportions_of_nothing(arm):
    with pytest.raises(ValueError, match="`treatment` should be the succ"):
        proportion_test((1, 2), arm)


@pytest.mark.parametrize("method", [delta_method, Bootstrap(10)])
@pytest.mark.parametrize("units", [[], [(0, 0), (0, 0)]])
def test_refuses_an_arm_that_says_nothing(method, units):
    arm = np.array(units, float).reshape(-1, 2)
    parts = CVR.parts(frame([1, 0], [2, 2]))
    with pytest.raises(
        ValueError, match="wait for more data. Received: . unit"
    ):
        method(parts, type(parts)(*arm.T))


def test_refuses_columns_that_are_no_numbers():
    units = frame([1, 0], [2, np.nan])
    with pytest.raises(ValueError, match="'shown' must hold finite.*row=1"):
        compare(units, units, CVR)
    with pytest.raises(ValueError, match="no column 'bougth'"):
        compare(units, units, Mean("bougth"))
    with pytest.raises(ValueError, match="not be negative.* -1 in row 1"):
        MEAN_CVR.parts(frame([1, 0], [2, -1]))


def test_refuses_to_draw_no_samples():
    with pytest.raises(ValueError, match="resamples=0"):
        Bootstrap(0)
