import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tfmtl.abtest import Mean
from tfmtl.abtest import RatioOfSums
from tfmtl.abtest import aa_test
from tfmtl.abtest import analyse
from tfmtl.abtest import assign
from tfmtl.abtest import equalise
from tfmtl.abtest import sample_ratio_check

HALVES = {"control": 0.5, "treatment": 0.5}
CVR = RatioOfSums("bought", "shown", "CVR")


@pytest.fixture(scope="module")
def units(draw_units):
    """Users of whom the treated buy half as much again."""
    arms = assign(np.arange(8000), "planted", HALVES)
    control, treatment = draw_units(8000, 0), draw_units(8000, 1, 1.5)
    units = pd.concat(
        [control[arms == "control"], treatment[arms != "control"]]
    )
    return units.sort_index().assign(arm=arms)


def test_a_sample_ratio_is_that_of_the_chi_square_test():
    counts = {"control": 5100, "treatment": 4900}
    result = sample_ratio_check(counts, {"treatment": 0.5, "control": 0.5})
    assert result.p == pytest.approx(stats.chisquare([5100, 4900]).pvalue)
    assert result.holds
    assert "control 5,100 of 5,000 expected" in str(result)


def test_a_lost_arm_breaks_the_sample_ratio():
    assert not sample_ratio_check({"a": 40, "b": 0}, {"a": 0.5, "b": 0.5}).holds


@pytest.mark.parametrize(
    "counts", [{"a": 1}, {"a": 0, "b": 0}, {"a": 2, "b": -1}]
)
def test_refuses_counts_of_other_arms_or_of_nothing(counts):
    with pytest.raises(ValueError, match="0 for none.*Received: counts="):
        sample_ratio_check(counts, {"a": 0.5, "b": 0.5})


def test_a_planted_effect_is_found_and_said_in_words(units):
    report = analyse(units, [CVR, Mean("shown")], HALVES)
    cvr, shown = report.effects
    assert 0.5 in cvr.lift and cvr.is_shown
    assert 0 in shown.lift and not shown.is_shown
    first, second, caution = report.conclusions
    assert first.startswith("CVR: treatment is higher, +")
    assert second.startswith("shown: no difference is shown")
    assert caution.endswith("0.1 would be expected to show one.")
    printed = str(report)
    assert "Sample ratio: holds" in printed and first in printed
    assert "CVR" in report.frame()["metric"].tolist()


def test_a_broken_sample_ratio_forbids_a_conclusion(units):
    lost = units[(units["arm"] == "control") | (units["bought"] > 0)]
    report = analyse(lost, [CVR], HALVES)
    (sentence,) = report.conclusions
    assert sentence.startswith("No conclusion may be drawn")
    assert "higher" not in str(report)
    assert "BROKEN" in str(report)


def test_every_arm_is_held_against_the_first(units):
    shares = {"control": 0.5, "a": 0.25, "b": 0.25}
    arms = assign(units["user_id"], "three", shares)
    report = analyse(units.assign(arm=arms), [CVR], shares)
    assert [effect.arm for effect in report.effects] == ["a", "b"]


def test_a_report_is_plain_numbers_for_json():
    units = pd.DataFrame(
        {"user_id": range(4), "arm": ["a", "a", "b", "b"], "x": [0, 0, 1, 2]}
    )
    content = analyse(units, [Mean("x")], {"a": 0.5, "b": 0.5}).to_dict()
    again = json.loads(json.dumps(content, allow_nan=False))
    assert again["effects"][0]["lift"]["value"] is None
    assert again["sample_ratio"]["counts"] == {"a": 2, "b": 2}


def test_refuses_units_that_are_not_what_was_assigned(units):
    with pytest.raises(ValueError, match="repeated, first 0"):
        analyse(pd.concat([units, units]), [CVR], HALVES)
    with pytest.raises(ValueError, match=r"arms \['treatment'\] not of"):
        analyse(units, [CVR], {"control": 0.5, "b": 0.5})
    with pytest.raises(ValueError, match="counts={'control': 0, 'treat"):
        analyse(units[units["arm"] == "treatment"], [CVR], HALVES)
    with pytest.raises(ValueError, match="0 metrics"):
        analyse(units, [], HALVES)
    with pytest.raises(ValueError, match="no column 'arm'"):
        analyse(units.drop(columns="arm"), [CVR], HALVES)


def test_experiments_without_a_difference_show_one_in_twenty(draw_units):
    result = aa_test(draw_units(3000, 0), CVR, repeats=1000)
    assert result.holds
    assert result.share_shown == pytest.approx(0.05, abs=0.02)
    assert "CVR: holds" in str(result)


def test_an_aa_test_finds_units_that_are_no_units(draw_units):
    # Each of 300 users stands there 30 times, as if 30 users.
    users = draw_units(300, 0)
    rows = pd.concat([users] * 30, ignore_index=True)
    rows["row"] = np.arange(len(rows))
    honest = aa_test(rows, CVR, id_column="row", repeats=300)
    assert honest.holds  # assigned row by row, they are units indeed
    rows["row"] = rows["user_id"] + 300 * rows.index.to_numpy()
    with pytest.raises(ValueError, match="Every unit should have one row"):
        aa_test(rows, CVR, repeats=300)


def test_an_aa_test_finds_a_few_units_that_outweigh_the_others():
    units = pd.DataFrame({"user_id": range(500), "x": 0.0})
    units.loc[0, "x"] = 1000.0
    assert not aa_test(units, Mean("x"), repeats=300).holds


def test_equalised_arms_keep_their_best_rows():
    rows = pd.DataFrame(
        {"arm": list("abaab"), "score": [1.0, 5, 3, 3, 4], "n": range(5)}
    )
    kept = equalise(rows, by="score")
    assert kept["n"].tolist() == [1, 2, 3, 4]
    assert equalise(rows, by="score", size=1)["n"].tolist() == [1, 2]


def test_equalised_arms_are_drawn_evenly_without_a_score():
    rows = pd.DataFrame({"arm": ["a"] * 9000 + ["b"] * 3000, "n": range(12000)})
    kept = equalise(rows, seed=1)
    assert kept["arm"].value_counts().to_dict() == {"a": 3000, "b": 3000}
    drawn = kept["n"][kept["arm"] == "a"]
    assert stats.kstest(drawn / 9000, "uniform").pvalue > 0.001
    assert kept.equals(equalise(rows, seed=1))
    assert not kept.equals(equalise(rows, seed=2))


def test_refuses_to_equalise_what_is_not_there():
    rows = pd.DataFrame({"arm": ["a", "a", "b"], "score": [1, np.nan, 2]})
    with pytest.raises(ValueError, match="size=2, {'a': 2, 'b': 1}"):
        equalise(rows, size=2)
    with pytest.raises(ValueError, match="no column 'group'"):
        equalise(rows, arm="group")
    with pytest.raises(ValueError, match="'score' must hold finite.*row=1"):
        equalise(rows, by="score")
    with pytest.raises(ValueError, match="must have rows"):
        equalise(rows[:0])
