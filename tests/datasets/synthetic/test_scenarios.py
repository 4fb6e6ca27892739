import datetime

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import synthetic
from tfmtl.tasks import CountTask


@pytest.fixture(scope="module")
def world():
    return synthetic.scenarios(advertisers=1500, days=84)


@pytest.fixture
def tiny():
    """One advertiser in one scenario: rate 1 in week 0, then rate 2."""
    profile = {"advertiser_id": [1], "industry": [3], "size": [2]}
    table = {"scenario": [1], "kind": ["major"], "first_day": [0]}
    counts = np.zeros((1, 21, 1), np.int32)
    counts[0, 5:9, 0] = [1, 2, 3, 4]
    return synthetic.SyntheticScenarios(
        tasks=[CountTask("clicks")],
        advertisers=pd.DataFrame(profile),
        scenarios=pd.DataFrame({**table, "channel": [1], "placement": [1]}),
        pairs=pd.DataFrame(
            {"advertiser_id": [1], "scenario": [1], "first_day": [0]}
        ),
        counts=counts,
        level=np.zeros((1, 1)),
        states=np.log([[[1.0], [2.0], [1.0]]]),
        carry=np.array([[-1.0]]),
        spread=0.5,
    )


def test_labels_are_the_sums_of_the_seven_days_after(tiny):
    assert tiny.labels(4)["clicks"].tolist() == [[10.0]]
    assert tiny.labels(7)["clicks"].tolist() == [[4.0]]
    assert tiny.labels(8)["clicks"].tolist() == [[0.0]]


def test_history_ends_with_the_anchor_and_begins_with_zeros(tiny):
    assert tiny.history(6, days=3)[0, :, 0].tolist() == [0, 1, 2]
    assert tiny.history(5, days=8)[0, :, 0].tolist() == [0] * 7 + [1]


def test_the_expected_counts_follow_the_week(tiny):
    # On Sunday all seven days are next week's: with a carry of -1 the state
    # log 2 becomes -log 2, and nothing fresh is added.
    assert tiny.expected(13)["clicks"].item() == pytest.approx(7 * 0.5)
    # On Thursday three days at rate 2 are left, and four at 1/2.
    assert tiny.expected(10)["clicks"].item() == pytest.approx(3 * 2 + 4 * 0.5)


def test_a_fresh_state_adds_half_its_variance(tiny):
    object.__setattr__(tiny, "carry", np.array([[0.0]]))
    expected = 7 * np.exp(0.5**2 / 2)
    assert tiny.expected(13)["clicks"].item() == pytest.approx(expected)


def test_facts_have_no_row_for_a_day_without_counts(tiny):
    facts = tiny.facts
    assert facts["clicks"].tolist() == [1, 2, 3, 4]
    assert facts["day"].iloc[0] == datetime.date(2020, 1, 11)
    assert list(facts) == ["advertiser_id", "scenario", "day", "clicks"]


@pytest.mark.parametrize("anchor", [-1, 14])
def test_an_anchor_without_seven_days_after_it_is_refused(tiny, anchor):
    with pytest.raises(ValueError, match=f"from 0 to 13.*anchor={anchor}"):
        tiny.labels(anchor)


def test_the_expected_counts_are_right_in_the_mean(world):
    for anchor in (41, 66, 70):
        labels, expected = world.labels(anchor), world.expected(anchor)
        scenario = world.rows(anchor)["scenario"].to_numpy()
        for name, label in labels.items():
            for number in np.unique(scenario):
                rows = scenario == number
                error = (label - expected[name])[rows, 0]
                deviation = error.std(ddof=1) / np.sqrt(len(error))
                assert abs(error.mean()) < 5 * deviation


def poisson_loss(label, prediction):
    prediction = np.maximum(prediction, 0.1)
    return np.mean(prediction - label * np.log(prediction))


def test_nothing_simple_beats_the_expected_counts(world):
    anchor = 69
    labels, expected = world.labels(anchor), world.expected(anchor)
    past = world.history(anchor, 28)
    for place, (name, label) in enumerate(labels.items()):
        last = past[:, -7:, place].sum(1, keepdims=True)
        mean = past[..., place].sum(1, keepdims=True) / 4
        best = poisson_loss(label, expected[name])
        assert best < poisson_loss(label, last)
        assert best < poisson_loss(label, mean)


def test_the_next_week_goes_as_planted(world):
    scenario = world.pairs["scenario"].to_numpy()
    for number, carry in enumerate(world.carry, start=1):
        states = world.states[scenario == number]
        before, after = states[:, :-1], states[:, 1:]
        slope = (before * after).sum((0, 1)) / (before**2).sum((0, 1))
        np.testing.assert_allclose(slope, carry, atol=0.12)


@pytest.mark.parametrize("seed", range(5))
def test_scenarios_differ_in_what_they_carry_on(seed):
    carry = synthetic.scenarios(10, 28, seed=seed).carry
    assert (np.ptp(carry, axis=0) > 0.5).all()
    assert (np.abs(carry) < 0.9).all()


def test_what_is_planted_is_a_function_of_the_attributes(world):
    table = world.scenarios.set_index(["channel", "placement"])["scenario"]
    total = np.arctanh(world.carry / 0.9)
    total = {place: total[number - 1] for place, number in table.items()}
    # Without interaction: the sums over either diagonal are the same.
    left = total[1, 1] + total[2, 2] + total[3, 3]
    right = total[1, 2] + total[2, 3] + total[3, 1]
    np.testing.assert_allclose(left, right, atol=1e-12)


def test_scenarios_are_major_minor_and_new(world):
    active = world.pairs["scenario"].value_counts(sort=False) / 1500
    assert active.sort_index().tolist() == pytest.approx(
        [1.0, 0.8, 0.6, 0.4, 0.04, 0.3], abs=0.05
    )
    assert world.scenarios["kind"].tolist() == ["major"] * 4 + ["minor", "new"]


def test_the_new_scenario_has_no_fact_before_its_day(world):
    facts = world.facts
    new = facts[facts["scenario"] == 6]
    assert new["day"].min() == datetime.date(2020, 1, 6) + (
        datetime.timedelta(days=63)
    )
    assert 6 not in set(world.rows(62)["scenario"])
    assert 6 in set(world.rows(63)["scenario"])


def test_the_new_scenario_has_attributes_that_others_have(world):
    *others, new = world.scenarios.to_dict("records")
    for name in ("channel", "placement"):
        assert new[name] in {other[name] for other in others}
    together = {(other["channel"], other["placement"]) for other in others}
    assert (new["channel"], new["placement"]) not in together


def test_there_may_be_no_new_scenario():
    world = synthetic.scenarios(20, 28, shares=(1.0, 0.5), new_share=0.0)
    assert world.scenarios["kind"].tolist() == ["major", "major"]
    assert len(world.carry) == 2


def test_rows_labels_history_and_expected_agree_in_number(world):
    rows = world.rows(70)
    assert list(rows) == [
        "advertiser_id",
        "scenario",
        "industry",
        "size",
        "channel",
        "placement",
    ]
    assert world.history(70).shape == (len(rows), 40, 3)
    for values in (world.labels(70), world.expected(70)):
        assert list(values) == ["count_1", "count_2", "count_3"]
        for column in values.values():
            assert column.shape == (len(rows), 1)
            assert column.dtype == np.float32


def test_rows_are_in_the_order_of_the_counts(world):
    rows, facts = world.rows(70), world.facts
    day = datetime.date(2020, 1, 6) + datetime.timedelta(days=70)
    keys = ["advertiser_id", "scenario"]
    that_day = facts[facts["day"] == day].set_index(keys)["count_1"]
    told = that_day.reindex(rows.set_index(keys).index, fill_value=0)
    assert told.tolist() == world.history(70, 1)[:, 0, 0].tolist()


def test_a_seed_gives_the_same_data_again():
    first, again, other = (
        synthetic.scenarios(30, 28, seed=seed) for seed in (3, 3, 4)
    )
    assert first.facts.equals(again.facts)
    assert not first.facts.equals(other.facts)


def test_planted_effects_do_not_depend_on_the_size():
    small, large = synthetic.scenarios(10, 28), synthetic.scenarios(40, 56)
    assert np.array_equal(small.carry, large.carry)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"advertisers": 0}, "at least one advertiser.*advertisers=0"),
        ({"days": 27}, "28 days.*days=27"),
        ({"num_tasks": 0}, "one task.*num_tasks=0"),
        ({"spread": -1.0}, "not be negative.*spread=-1.0"),
        ({"shares": ()}, r"1 to 8 numbers.*shares=\(\)"),
        ({"shares": (0.0,)}, r"in \(0, 1\].*shares=\(0.0,\)"),
        ({"shares": (0.5,) * 9}, "1 to 8 numbers"),
        ({"new_share": 1.5}, "new_share=1.5"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        synthetic.scenarios(**options)
