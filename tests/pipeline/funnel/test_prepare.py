import numpy as np
import pandas as pd
import pytest

from pipeline.funnel import columns
from pipeline.funnel import prepare

STARTS = ["2017-03-01", "2017-08-01", "2017-09-20", "2017-10-05"]


@pytest.fixture
def frame():
    """200 households, each exposed in four campaigns of 30 days."""
    table = pd.DataFrame(
        {
            "household_id": np.repeat(np.arange(200), len(STARTS)),
            "start_date": STARTS * 200,
            "campaign_days": 30,
        }
    )
    table["exposure_id"] = np.arange(len(table))
    for column in columns.COLUMNS:
        table[column.name] = 0
    for task in columns.TASKS:
        table[task.name] = 0
    return table


def test_writes_each_row_once_and_only_once(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.complete_journey, "funnel", lambda: frame)
    target = tmp_path / "data"
    counts = prepare.prepare(None, target)
    written = pd.concat(
        pd.read_parquet(target / split) for split in ("train", "dev", "eval")
    )
    assert sum(counts.values()) == len(written) == 600
    assert written.exposure_id.is_unique


def test_does_nothing_the_second_time(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.complete_journey, "funnel", lambda: frame)
    target = tmp_path / "data"
    counts = prepare.prepare(None, target)
    monkeypatch.setattr(prepare.complete_journey, "funnel", pytest.fail)
    assert prepare.prepare(None, target) == counts


def test_another_sample_replaces_the_data(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.complete_journey, "funnel", lambda: frame)
    target = tmp_path / "data"
    prepare.prepare(None, target)
    assert sum(prepare.prepare(90, target).values()) == 90
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_an_empty_folder_is_filled(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.complete_journey, "funnel", lambda: frame)
    (tmp_path / "data").mkdir()
    assert sum(prepare.prepare(None, tmp_path / "data").values()) == 600


def test_data_of_somebody_else_is_refused_and_kept(tmp_path):
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "mine.parquet").write_bytes(b"mine")
    with pytest.raises(ValueError, match="Use another --home.*'train'"):
        prepare.prepare(None, tmp_path)
    assert (tmp_path / "train" / "mine.parquet").read_bytes() == b"mine"


def test_splits_of_other_columns_are_written_anew(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.complete_journey, "funnel", lambda: frame)
    target = tmp_path / "data"
    prepare.prepare(None, target)
    monkeypatch.setattr(prepare.columns, "COLUMNS", columns.COLUMNS[:2])
    prepare.prepare(None, target)
    assert pd.read_parquet(target / "eval").shape[1] == 2 + 3 + 2
