import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import synthetic
from tfmtl.tasks import CountTask


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
        carry=np.array([[[-1.0]]]),
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
    world = dataclasses.replace(tiny, carry=np.array([[[0.0]]]))
    expected = 7 * np.exp(0.5**2 / 2)
    assert world.expected(13)["clicks"].item() == pytest.approx(expected)


def test_a_task_is_expected_to_follow_from_all_tasks(tiny):
    both = dataclasses.replace(
        tiny,
        tasks=[CountTask("clicks"), CountTask("sales")],
        counts=np.zeros((1, 21, 2), np.int32),
        level=np.log([[1.0, 3.0]]),
        states=np.log([[[1.0, 1.0], [2.0, 4.0], [1.0, 1.0]]]),
        carry=np.array([[[0.6, 0.8], [0.0, 0.5]]]),
    )
    expected = both.expected(13)
    # Nothing fresh where the squares of a row add up to 1.
    clicks = 7 * 2**0.6 * 4**0.8
    sales = 7 * 3 * 4**0.5 * np.exp(0.75 * 0.5**2 / 2)
    assert expected["clicks"].item() == pytest.approx(clicks)
    assert expected["sales"].item() == pytest.approx(sales)


def test_facts_have_no_row_for_a_day_without_counts(tiny):
    facts = tiny.facts
    assert facts["clicks"].tolist() == [1, 2, 3, 4]
    assert facts["day"].iloc[0] == datetime.date(2020, 1, 11)
    assert list(facts) == ["advertiser_id", "scenario", "day", "clicks"]


@pytest.mark.parametrize("anchor", [-1, 14])
def test_an_anchor_without_seven_days_after_it_is_refused(tiny, anchor):
    with pytest.raises(ValueError, match=f"from 0 to 13.*anchor={anchor}"):
        tiny.labels(anchor)
