"""What logs are taken in, and how often."""

import datetime
import gzip
import json

import numpy as np
import pandas as pd
import pytest

from tests.audience.store.conftest import START
from tfmtl import audience

EVENTS = [
    ("e1", "exposure", 1, 0),
    ("e2", "exposure", 2, 0),
    ("c1", "conversion", 1, 2),
    ("e3", "exposure", 3, 20),
]


def state_of(store):
    return store.feedback("spring").drop(columns="batch").values.tolist()


def as_frame(path):
    frame = pd.read_json(path, lines=True)
    return frame.assign(time=pd.to_datetime(frame["time"]))


def test_the_same_log_twice_changes_nothing(store, write_log):
    log = write_log(*EVENTS)
    first = store.ingest_events(log)
    before = state_of(store)
    again = store.ingest_events(log)
    assert again.is_repeated and again.batch == first.batch
    assert state_of(store) == before


def test_the_same_event_twice_changes_nothing(store, write_log):
    store.ingest_events(write_log(*EVENTS))
    before = state_of(store)
    report = store.ingest_events(write_log(*EVENTS[1:], EVENTS[1]))
    assert (report.rows, report.added, report.duplicates) == (4, 0, 4)
    assert report.labels == 0
    assert state_of(store) == before


def test_the_order_of_the_logs_does_not_matter(store, write_log):
    for event in reversed(EVENTS):
        store.ingest_events(write_log(event))
    assert [row[:2] for row in state_of(store)] == [[1, 1], [2, 0]]


def test_an_exposure_and_its_conversion_may_have_one_id(store, write_log):
    log = write_log(("a", "exposure", 1, 0), ("a", "conversion", 1, 1))
    assert store.ingest_events(log).added == 2
    assert [row[:2] for row in state_of(store)] == [[1, 1]]


def test_logs_of_all_formats_say_the_same(store, write_log, tmp_path):
    lines = write_log(*EVENTS)
    frame = as_frame(lines)
    frame.to_parquet(tmp_path / "log.parquet")
    frame.assign(
        time=(frame["time"] - pd.Timestamp(START)) // pd.Timedelta(seconds=1)
        + int(START.timestamp()),
        kind=frame["kind"].astype("category"),
    ).to_parquet(tmp_path / "seconds.parquet")
    with gzip.open(tmp_path / "log.jsonl.gz", "wb") as file:
        file.write(b"\n" + lines.read_bytes().replace(b"\n", b"\n\n"))
    store.ingest_events(lines)
    for name in ("log.parquet", "seconds.parquet", "log.jsonl.gz"):
        report = store.ingest_events(tmp_path / name)
        assert (report.rows, report.duplicates) == (4, 4), name


def test_columns_may_have_other_names(store, tmp_path):
    time = START.timestamp()
    lines = [
        {"what": "shown", "of": 7, "uid": 1, "at": int(time)},
        {"what": "bought", "of": 7, "uid": 1, "at": int(time) + 5},
        {"what": "bought", "of": 7, "uid": 1, "at": int(time) + 5},
        {"what": "seen", "of": 7, "uid": 1, "at": int(time) + 5},
    ]
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)))
    store.create_campaign("7")
    names = audience.EventColumns(None, "what", "of", "uid", "at")
    report = store.ingest_events(
        path, audience.LogParser(names, "shown", "bought", ("seen",))
    )
    assert (report.added, report.duplicates, report.ignored) == (2, 1, 1)
    assert store.feedback("7")["label"].tolist() == [1]


def test_the_window_is_that_of_the_parser(store, write_log):
    parser = audience.LogParser(window=datetime.timedelta(days=1))
    store.ingest_events(write_log(*EVENTS), parser)
    assert [row[:2] for row in state_of(store)] == [[1, 0], [2, 0]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"user_id": None}, "value there.*column='user_id', row=2, value=None"),
        ({"event_id": ""}, "value there.*column='event_id', row=2, value=''"),
        ({"kind": "view"}, "parser knows.*column='kind', row=2, value='view'"),
        ({"campaign_id": "no"}, "in the store.*row=2, value='no'"),
        ({"user_id": "x"}, "of one type.*column='user_id', row=2, value='x'"),
        ({"user_id": 1.5}, "numbers or text.*row=2, value=1.5"),
        ({"user_id": True}, "numbers or text.*row=2, value=True"),
        ({"time": "May 5"}, "ISO 8601.*column='time', row=2, value='May 5'"),
        ({"time": "2026-02-30"}, "ISO 8601.*row=2, value='2026-02-30'"),
        ({"time": 10**13}, "ISO 8601.*row=2, value='10000000000000'"),
        ({"time": "2027-01-01"}, "future.*row=2, value='2027-01-01'"),
        ({"event_id": "e1"}, "same both times.*row=2, value='e1'"),
        ({"user_id": 2**70}, "numbers or text.*row=2"),
    ],
)
def test_a_bad_row_is_named_and_refuses_the_log(
    store, write_log, change, message
):
    log = write_log(*EVENTS)
    lines = log.read_text().splitlines()
    bad = {**json.loads(lines[1]), "event_id": "bad", **change}
    lines.insert(2, json.dumps(bad))
    log.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=f"log0.jsonl: .*{message}"):
        store.ingest_events(log)
    assert state_of(store) == []
    assert store.watermark() is None
    report = store.ingest_events(log, quarantine=True)
    assert (report.rows, report.added, report.quarantined) == (5, 4, 1)
    assert store.quarantined(report.batch)["row"].tolist() == [2]
    assert [row[:2] for row in state_of(store)] == [[1, 1], [2, 0]]


@pytest.mark.parametrize("line", ["{", "[1]", "no json", '{"kind": }'])
def test_a_line_that_is_no_object_is_named(store, write_log, line):
    log = write_log(*EVENTS)
    log.write_text(log.read_text() + line)
    with pytest.raises(ValueError, match="object of JSON.*row=4"):
        store.ingest_events(log)
    report = store.ingest_events(log, quarantine=True)
    assert (report.added, report.quarantined) == (4, 1)


def test_an_event_that_the_store_has_otherwise_is_refused(store, write_log):
    store.ingest_events(write_log(*EVENTS))
    before = state_of(store)
    log = write_log(("new", "exposure", 5, 0), ("e1", "exposure", 9, 0))
    with pytest.raises(ValueError, match="same both times.*row=1, value='e1'"):
        store.ingest_events(log)
    assert state_of(store) == before
    report = store.ingest_events(log, quarantine=True)
    assert (report.added, report.duplicates, report.quarantined) == (1, 0, 1)


def test_text_ids_in_a_store_of_numbers_are_refused(store, write_log):
    store.add_seeds("spring", [1, 2])
    with pytest.raises(ValueError, match="of one type.*row=0, value='u1'"):
        store.ingest_events(write_log(("e", "exposure", "u1", 0)))


def test_a_bad_row_of_parquet_is_named(store, write_log, tmp_path):
    frame = as_frame(write_log(*EVENTS))
    frame.loc[3, "campaign_id"] = None
    frame.to_parquet(tmp_path / "log.parquet")
    with pytest.raises(ValueError, match="column='campaign_id', row=3"):
        store.ingest_events(tmp_path / "log.parquet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="kind"), "no column 'kind'"),
        (lambda f: f.assign(user_id=1.5), "column='user_id', dtype='double'"),
        (lambda f: f.assign(kind=1), "column='kind', dtype='int64'"),
        (lambda f: f[:0], "column='event_id'|should have events"),
    ],
)
def test_parquet_of_other_columns_is_refused(
    store, write_log, tmp_path, change, message
):
    change(as_frame(write_log(*EVENTS))).to_parquet(tmp_path / "log.parquet")
    with pytest.raises(ValueError, match=message):
        store.ingest_events(tmp_path / "log.parquet")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("log.csv", "JSON lines or Parquet"),
        ("log.parquet", "should be of Parquet"),
        ("log.jsonl", "object of JSON"),
        ("log.jsonl.gz", "whole"),
    ],
)
def test_a_file_that_is_no_log_is_refused(store, tmp_path, name, message):
    (tmp_path / name).write_text("no log")
    with pytest.raises(ValueError, match=message):
        store.ingest_events(tmp_path / name)


def test_an_empty_log_is_refused(store, tmp_path):
    (tmp_path / "log.jsonl").write_text("\n")
    with pytest.raises(ValueError, match="should have events"):
        store.ingest_events(tmp_path / "log.jsonl")


def test_a_log_that_is_longer_than_a_part_keeps_its_rows(
    store, write_log, monkeypatch
):
    monkeypatch.setattr("tfmtl.audience.store.events.json_lines._BYTES", 5000)
    draw = np.random.default_rng(0)
    days = draw.uniform(0, 20, 300).tolist()
    events = [(f"e{n}", "exposure", n, day) for n, day in enumerate(days)]
    events[250] = ("e250", "view", 250, 1)
    with pytest.raises(ValueError, match="row=250, value='view'"):
        store.ingest_events(write_log(*events))
    events[250] = events[3]
    report = store.ingest_events(write_log(*events))
    assert (report.rows, report.added, report.duplicates) == (300, 299, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"window": datetime.timedelta(0)},
        {"lateness": datetime.timedelta(-1)},
        {"exposure": "x", "conversion": "x"},
        {"exposure": "click"},
        {"window": datetime.timedelta(days=1e8)},
    ],
)
def test_a_parser_that_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="Received"):
        audience.LogParser(**options)
