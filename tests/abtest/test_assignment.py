import numpy as np
import pytest
from scipy import stats

from tfmtl.abtest import assign

HALVES = {"control": 0.5, "treatment": 0.5}
SHARES = {"control": 0.7, "a": 0.2, "b": 0.1}
IDS = np.arange(100_000)


@pytest.mark.parametrize("ids", [IDS, np.char.add("user-", IDS.astype(str))])
def test_arms_get_their_shares(ids):
    arms, counts = np.unique(assign(ids, "one", SHARES), return_counts=True)
    expected = [SHARES[arm] * len(ids) for arm in arms]
    assert stats.chisquare(counts, expected).pvalue > 0.001


def test_experiments_are_independent_of_each_other():
    first, second = (assign(IDS, name, HALVES) for name in ("one", "two"))
    table = stats.contingency.crosstab(first, second).count
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_neighbouring_ids_are_independent_of_each_other():
    arms = assign(IDS, "one", HALVES)
    table = stats.contingency.crosstab(arms[:-1], arms[1:]).count
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_an_id_has_the_same_arm_in_every_array():
    everyone = assign(IDS, "one", SHARES)
    some = np.array([99_999, 5, 31_000])
    np.testing.assert_array_equal(assign(some, "one", SHARES), everyone[some])
    names = ["a", "a name of more than eight letters", "é"]
    arms = assign(names, "one", HALVES)
    for name, arm in zip(names, arms, strict=True):
        assert assign([name], "one", HALVES) == [arm]


def test_assignments_of_today_hold_tomorrow():
    # Written down once: no machine, version or order of arms may change them.
    letters = "".join(arm[0] for arm in assign(IDS[:20], "one", SHARES))
    assert letters == "accccaacccccbbcaaccc"
    letters = "".join(arm[0] for arm in assign(list("abcdefgh"), "one", SHARES))
    assert letters == "ccacccbb"


def test_nobody_is_assigned_to_nothing():
    assert assign([], "one", HALVES).shape == (0,)


@pytest.mark.parametrize(
    "shares",
    [{"a": 1.0}, {"a": 0.5, "b": 0.4}, {"a": 1.0, "b": 0.0}, {}],
)
def test_refuses_shares_that_do_not_divide_the_ids(shares):
    with pytest.raises(ValueError, match=r"1 in total.*Received: shares="):
        assign(IDS, "one", shares)


@pytest.mark.parametrize("ids", [[1.5], [None, "a"], [True]])
def test_refuses_ids_that_are_neither_numbers_nor_text(ids):
    with pytest.raises(ValueError, match="whole numbers or text.*Received"):
        assign(ids, "one", HALVES)


@pytest.mark.parametrize("name", ["", None, 3])
def test_refuses_an_experiment_without_a_name(name):
    with pytest.raises(ValueError, match="`experiment` should be a name"):
        assign(IDS, name, HALVES)
