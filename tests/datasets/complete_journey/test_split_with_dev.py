import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets.complete_journey import split_with_dev

STARTS = ["2017-03-01", "2017-08-01", "2017-09-20", "2017-10-05"]


@pytest.fixture
def frame():
    """200 households, each exposed in four campaigns of 30 days."""
    return pd.DataFrame(
        {
            "household_id": np.repeat(np.arange(200), len(STARTS)),
            "start_date": STARTS * 200,
            "campaign_days": 30,
        }
    )


def test_no_household_of_dev_is_in_train(frame):
    parts = split_with_dev(frame)
    train, dev = (
        set(parts["train"].household_id),
        set(parts["dev"].household_id),
    )
    assert dev and not train & dev
    assert train | dev == set(range(200))


def test_eval_is_all_that_starts_after_the_boundary(frame):
    assert set(split_with_dev(frame)["eval"].start_date) == {"2017-10-05"}


def test_labels_that_come_true_past_the_boundary_are_in_no_split(frame):
    parts = split_with_dev(frame)
    assert "2017-09-20" not in set(pd.concat(parts.values()).start_date)


def test_a_sample_is_whole_households_and_no_smaller_than_asked(frame):
    parts = pd.concat(split_with_dev(frame, 100).values())
    assert len(parts) >= 100
    assert set(parts.household_id.value_counts()) == {3}
