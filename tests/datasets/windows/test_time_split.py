import numpy as np
import pytest

from tfmtl.datasets import windows

SPEC = windows.WindowSpec(["clicks"])


def day(text):
    return np.datetime64(text)


def year(**options):
    return windows.TimeSplit.of(
        SPEC, day("2017-01-01"), day("2017-12-31"), **options
    )


def test_sets_follow_each_other_eight_to_one_to_one():
    split = year()
    assert [len(anchors) for anchors in split.sets.values()] == [36, 4, 4]
    assert split.train[0] == day("2017-02-12")
    assert split.eval[-1] == day("2017-12-24")
    assert split.last_day == day("2017-12-31")


@pytest.mark.parametrize("step", [1, 3, 7, 10])
@pytest.mark.parametrize("gap", [0, 7, 9])
def test_labels_end_a_gap_before_the_next_set(step, gap):
    split = year(step=step, gap=gap)
    sets = list(split.sets.values())
    for before, after in zip(sets, sets[1:], strict=False):
        free = after[0] - (before[-1] + 7)
        assert gap <= free.astype(int) < gap + step
    # As long a history as asked for, and no label beyond the last day.
    assert split.train[0] >= day("2017-02-09")
    assert split.last_day <= day("2017-12-31")


def test_labels_that_cross_the_split_are_refused_with_the_dates():
    message = (
        "labels of 'train' should end 7 days.*begin on 2017-05-15 or later.*"
        "anchor 2017-05-01, whose label window ends on 2017-05-08, and first "
        "anchor 2017-05-07"
    )
    with pytest.raises(ValueError, match=message):
        windows.TimeSplit(
            SPEC,
            train=[day("2017-05-01")],
            dev=[day("2017-05-07")],
            eval=[day("2017-07-01")],
        )


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match="none in 'dev'"):
        windows.TimeSplit(SPEC, [day("2017-05-01")], [], [])


def test_too_few_days_are_refused():
    with pytest.raises(ValueError, match="need more days.*Received: 60 days"):
        windows.TimeSplit.of(SPEC, day("2017-01-01"), day("2017-03-01"))
    assert windows.TimeSplit.of(SPEC, day("2017-01-01"), day("2017-03-16"))


def test_a_longer_forecast_has_its_last_anchor_earlier():
    month = windows.WindowSpec(["clicks"], ahead=28)
    split = windows.TimeSplit.of(month, day("2017-01-01"), day("2017-12-31"))
    assert split.eval[-1] == day("2017-12-03")
    assert split.dev[-1] + 28 + 7 <= split.eval[0]


@pytest.mark.parametrize("options", [{"step": 0}, {"gap": -1}])
def test_impossible_steps_are_refused(options):
    with pytest.raises(ValueError, match="should be positive"):
        year(**options)
