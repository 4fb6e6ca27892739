"""What label an exposure gets, and when. The window is seven days."""

import datetime

import pandas as pd
import pytest

from tests.audience.store.conftest import START


def labels_of(store, **options):
    frame = store.feedback("spring", **options)
    return dict(zip(frame["user_id"], frame["label"], strict=True))


def test_a_conversion_within_the_window_is_a_1_at_once(store, write_log):
    log = write_log(("e", "exposure", 1, 0), ("c", "conversion", 1, 2))
    report = store.ingest_events(log)
    assert (report.rows, report.added, report.labels) == (2, 2, 1)
    assert labels_of(store) == {1: 1}


def test_an_open_window_gives_no_label_yet(store, write_log):
    store.ingest_events(
        write_log(("e", "exposure", 1, 0), ("f", "exposure", 2, 6))
    )
    assert labels_of(store) == {}


def test_a_window_that_is_over_without_conversion_is_a_0(store, write_log):
    store.ingest_events(write_log(("e", "exposure", 1, 0)))
    report = store.ingest_events(write_log(("f", "exposure", 2, 7.1)))
    assert report.labels == 1
    assert labels_of(store) == {1: 0}


def test_the_window_is_over_when_the_watermark_has_passed(store, write_log):
    hour = 1 / 24  # how late an event may be logged
    store.ingest_events(write_log(("e", "exposure", 1, 0)))
    store.ingest_events(write_log(("f", "exposure", 2, 7 + hour)))
    assert store.watermark() == START + datetime.timedelta(days=7)
    assert labels_of(store) == {}
    store.ingest_events(write_log(("g", "exposure", 2, 7 + 1.01 * hour)))
    assert labels_of(store) == {1: 0}


@pytest.mark.parametrize(
    ("day", "label"), [(-0.1, 0), (0, 1), (7, 1), (7.01, 0)]
)
def test_both_ends_of_the_window_belong_to_it(store, write_log, day, label):
    store.ingest_events(
        write_log(
            ("e", "exposure", 1, 0),
            ("c", "conversion", 1, day),
            ("x", "click", 5, 20),
            ("f", "exposure", 9, 20),
        )
    )
    assert labels_of(store) == {1: label}


def test_a_late_conversion_turns_a_0_into_a_1(store, write_log):
    first = store.ingest_events(
        write_log(("e", "exposure", 1, 0), ("f", "exposure", 2, 20))
    )
    assert labels_of(store) == {1: 0}
    late = store.ingest_events(write_log(("c", "conversion", 1, 3)))
    assert (late.late, late.labels) == (1, 1)
    assert labels_of(store) == {1: 1}
    assert labels_of(store, since=first.batch) == {1: 1}


def test_a_late_exposure_finds_the_conversion_before_it(store, write_log):
    store.ingest_events(
        write_log(("c", "conversion", 1, 3), ("f", "exposure", 2, 20))
    )
    report = store.ingest_events(
        write_log(("e", "exposure", 1, 0), ("g", "exposure", 3, 0))
    )
    assert (report.late, report.labels) == (2, 2)
    assert labels_of(store) == {1: 1, 3: 0}


def test_a_conversion_of_another_campaign_or_user_says_nothing(
    store, write_log
):
    store.ingest_events(write_log(("e", "exposure", 1, 0)))
    store.ingest_events(write_log(("c", "conversion", 2, 1)))
    store.ingest_events(
        write_log(("d", "conversion", 1, 1), campaign_id="summer")
    )
    store.raise_watermark(START + datetime.timedelta(days=8))
    assert labels_of(store) == {1: 0}


def test_every_exposure_whose_window_holds_the_conversion_is_a_1(
    store, write_log
):
    store.ingest_events(
        write_log(
            ("e", "exposure", 1, 0),
            ("f", "exposure", 1, 8),
            ("g", "exposure", 1, 9),
            ("c", "conversion", 1, 10),
            ("h", "exposure", 2, 30),
        )
    )
    assert store.feedback("spring")["label"].tolist() == [0, 1, 1]


def test_since_gives_what_is_newer_and_nothing_twice(store, write_log):
    seen = []
    since = None
    for log in (
        write_log(("e", "exposure", 1, 0), ("f", "exposure", 2, 1)),
        write_log(("c", "conversion", 2, 2)),
        write_log(("g", "exposure", 3, 7.5)),
        write_log(("d", "conversion", 1, 3)),
    ):
        batch = store.ingest_events(log).batch
        seen.append(labels_of(store, since=since))
        since = batch
    assert seen == [{}, {2: 1}, {1: 0}, {1: 1}]


def test_users_who_were_shown_it_count_though_their_window_is_open(
    store, write_log
):
    assert store.exposed("spring").empty
    store.ingest_events(
        write_log(
            ("e", "exposure", 3, 0),
            ("f", "exposure", 4, 0),
            ("c", "conversion", 4, 1),
            ("g", "exposure", 4, 9),
            ("h", "exposure", 2, 9),
            ("d", "conversion", 2, 9.5),
            ("i", "exposure", 1, 9),
            ("j", "exposure", 3, 9),
        )
    )
    frame = store.exposed("spring")
    assert frame["user_id"].tolist() == [1, 2, 3, 4]
    assert frame["has_converted"].tolist() == [False, True, False, True]
    assert frame["label"].fillna(-1).tolist() == [-1, -1, 0, 1]


def test_feedback_comes_in_the_order_of_time_with_its_types(store, write_log):
    store.ingest_events(
        write_log(
            ("e", "exposure", "b", 1),
            ("f", "exposure", "a", 0.5),
            ("g", "exposure", "c", 20),
        )
    )
    frame = store.feedback("spring")
    assert frame["user_id"].tolist() == ["b", "a"][::-1]
    assert frame["time"][0] == pd.Timestamp(START) + pd.Timedelta(days=0.5)
    assert frame.dtypes.astype(str).tolist() == [
        "object",
        "int8",
        "datetime64[ns, UTC]",
        "int64",
    ]
    empty = store.feedback("summer")
    assert empty.dtypes.tolist() == frame.dtypes.tolist()


def test_the_watermark_can_be_raised_where_nothing_is_logged(store, write_log):
    store.ingest_events(write_log(("e", "exposure", 1, 0)))
    assert store.raise_watermark(START + datetime.timedelta(days=7)) == 0
    assert store.raise_watermark(START + datetime.timedelta(days=7.1)) == 1
    assert store.raise_watermark(START) == 0
    assert store.watermark() == START + datetime.timedelta(days=7.1)


def test_the_watermark_is_not_raised_into_the_future(store, clock):
    future = START + datetime.timedelta(days=101)
    with pytest.raises(ValueError, match="not be in the future"):
        store.raise_watermark(future)
    assert store.watermark() is None
