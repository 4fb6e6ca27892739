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
    # Degrees of freedom of 0.75 of two, and of 16 / 9 of one.
    degrees = (0.75 + 16 / 9) ** 2 / (0.75**2 / 2 + (16 / 9) ** 2)
    margin = stats.t.ppf(0.975, degrees) * error
    assert effect.difference.value == pytest.approx(1 / 6)
    assert effect.difference.high == pytest.approx(1 / 6 + margin)
    assert effect.difference.low == pytest.approx(1 / 6 - margin)
    assert effect.p == pytest.approx(2 * stats.t.sf(1 / 6 / error, degrees))
    assert effect.lift.value == pytest.approx(1 / 3)


def test_the_two_ratios_are_two_numbers():
    units = frame([3, 0, 1, 0], [6, 1, 1, 0])
    assert compare(units, units, CVR).control == 4 / 8
    # 1/2, 0 and 1; the last unit was not exposed.
    assert compare(units, units, MEAN_CVR).control == 1.5 / 3


@pytest.mark.parametrize("units", [2, 5, 300])
def test_a_mean_is_compared_as_by_welchs_test(units):
    random = np.random.default_rng(0)
    control = random.normal(1, 1, units + 1)
    treatment = random.normal(1.1, 2, units)
    effect = compare(
        pd.DataFrame({"x": control}), pd.DataFrame({"x": treatment}), Mean("x")
    )
    welch = stats.ttest_ind(treatment, control, equal_var=False)
    assert effect.p == pytest.approx(welch.pvalue, rel=1e-9)
    low, high = welch.confidence_interval()
    assert effect.difference.low == pytest.approx(low)
    assert effect.difference.high == pytest.approx(high)


def test_units_without_anything_below_do_not_make_the_others_surer():
    ratios = [0.5, 0.1, 0.9], [0.7, 0.8, 0.9]
    control, treatment = (
        frame([*values, *[0] * 97], [1] * 3 + [0] * 97) for values in ratios
    )
    welch = stats.ttest_ind(*ratios, equal_var=False)
    p = compare(control, treatment, MEAN_CVR).p
    assert p == pytest.approx(welch.pvalue)


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
    none = pd.DataFrame({"x": [0] * 9})
    nothing = compare(none, pd.concat([treatment] * 2), Mean("x"))
    assert np.isnan(nothing.lift.value)
    assert "+0.75 [" in nothing.conclusion


def test_arms_that_do_not_vary_differ_as_much_as_all_units_together_allow():
    # 1, 1, 2, 2: variance 1/3, so 1 / sqrt(1/6 + 1/6), two degrees of freedom.
    ones = pd.DataFrame({"x": [1, 1]})
    effect = compare(ones, 2 * ones, Mean("x"))
    assert effect.p == pytest.approx(2 * stats.t.sf(np.sqrt(3), 2))
    assert 0 in effect.difference and 0 in effect.lift
    twenty = pd.DataFrame({"x": [1] * 20})
    assert compare(twenty, 2 * twenty, Mean("x")).is_shown


def test_two_units_that_happen_to_be_alike_are_not_sure():
    two = pd.DataFrame({"x": [0, 0]})
    many = pd.DataFrame({"x": [0, 0, 1] * 30})
    assert not compare(two, many, Mean("x")).is_shown


@pytest.mark.parametrize("method", [delta_method, Bootstrap(10)])
def test_what_never_varies_leaves_the_intervals_open(method):
    nothing = pd.DataFrame({"x": [0] * 100})
    effect = compare(nothing, nothing, Mean("x"), method)
    assert effect.p == 1
    assert (effect.difference.low, effect.difference.high) == (-np.inf, np.inf)


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
        pd.DataFrame({"x": np.ones(20)}),
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
    assert effect.lift.value == pytest.approx(1 / 6 / 0.12 - 1)


@pytest.mark.parametrize(
    ("treatment", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_proportions_is_newcombes(
    treatment, control, low, high
):
    # Table II of his paper, method 10.
    difference = proportion_test(control, treatment).difference
    assert difference.low == pytest.approx(low, abs=1e-4)
    assert difference.high == pytest.approx(high, abs=1e-4)


def test_no_success_does_not_make_a_lift_of_proportions_sure():
    lift = proportion_test((50, 100), (0, 100)).lift
    assert lift.low < lift.value == -1 < lift.high < 0


@pytest.mark.parametrize("arm", [(3, 2), (-1, 2), (0, 0)])
def test_refuses_proportions_of_nothing(arm):
    with pytest.raises(ValueError, match="`treatment` should be the succ"):
        proportion_test((1, 2), arm)


@pytest.mark.parametrize("method", [delta_method, Bootstrap(10)])
@pytest.mark.parametrize("units", [[], [(0, 0), (0, 0)], [(1, 4), (0, 0)]])
def test_refuses_an_arm_that_says_nothing(method, units):
    arm = np.array(units, float).reshape(-1, 2)
    parts = CVR.parts(frame([1, 0] * 10, [2] * 20))
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
