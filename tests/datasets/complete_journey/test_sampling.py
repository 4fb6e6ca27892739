import datetime

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey import sampling


@pytest.fixture
def households_of_three():
    """Ten households of three rows each."""
    return pd.DataFrame({"household_id": np.repeat(np.arange(10), 3)})


def test_a_sample_holds_whole_households_and_no_more(households_of_three):
    sample = sampling.sample_households(households_of_three, 10)
    sizes = sample["household_id"].value_counts()
    assert sizes.tolist() == [3, 3, 3, 3]


def test_a_sample_holds_every_smaller_sample(households_of_three):
    small = sampling.sample_households(households_of_three, 4)
    large = sampling.sample_households(households_of_three, 20)
    assert set(small["household_id"]) < set(large["household_id"])


def test_a_sample_does_not_depend_on_the_order_of_rows(households_of_three):
    backwards = households_of_three[::-1]
    sample = sampling.sample_households(households_of_three, 12)
    again = sampling.sample_households(backwards, 12)
    assert set(sample["household_id"]) == set(again["household_id"])


def test_a_sample_is_not_the_first_households(households_of_three):
    sample = sampling.sample_households(households_of_three, 9)
    assert set(sample["household_id"]) != {0, 1, 2}


@pytest.mark.parametrize("rows", [0, -1, 31, 2.0, "10", True])
def test_refuses_a_sample_size_out_of_range(households_of_three, rows):
    with pytest.raises(ValueError, match=f"from 1 to 30.*rows={rows!r}"):
        sampling.sample_households(households_of_three, rows)


def exposures(*starts):
    dates = [datetime.date.fromisoformat(start) for start in starts]
    return pd.DataFrame({"start_date": dates, "campaign_days": 10})


def test_the_boundary_day_is_test():
    frame = exposures("2017-09-30", "2017-10-01")
    train, test = complete_journey.split_by_time(frame)
    assert [train.index.tolist(), test.index.tolist()] == [[0], [1]]


def test_a_gap_leaves_out_windows_that_reach_the_boundary():
    frame = exposures("2017-09-20", "2017-09-21", "2017-10-01")
    train, test = complete_journey.split_by_time(frame, gap=True)
    assert [train.index.tolist(), test.index.tolist()] == [[0], [2]]


def test_split_names_the_missing_column():
    with pytest.raises(ValueError, match="'campaign_days'.*Received"):
        complete_journey.split_by_time(exposures()[["start_date"]])
