import pandas as pd
import pytest

from pipeline.audience import columns
from pipeline.audience import prepare
from pipeline.audience.campaign_split import split_of
from pipeline.components import parquet_checks


@pytest.fixture
def made(source, monkeypatch):
    """A source that counts how often it is asked for."""
    calls = []
    monkeypatch.setattr(
        prepare,
        "complete_journey_source",
        lambda count: calls.append(count) or source,
    )
    return calls


def test_every_row_goes_to_the_split_of_its_campaign(made, tmp_path):
    written = prepare.prepare(tmp_path / "data")
    for split in ("train", "dev", "eval"):
        frame = pd.read_parquet(tmp_path / "data" / split)
        found = frame["campaign_id"].unique()
        assert {split_of(campaign) for campaign in found} == {split}
        assert len(frame) == written["rows"][split] == 100 * len(found)
        assert {column.name for column in columns.COLUMNS} < set(frame)
    assert sum(written["split_campaigns"].values()) == 12
    users = pd.read_parquet(tmp_path / "data" / "users")
    assert sorted(users["user_id"]) == list(range(100))


def test_campaigns_that_tell_nothing_are_counted_and_left_out(source):
    rows = source.rows
    rows.loc[rows["campaign_id"] == "5", "responds"] = 1
    few = (rows["campaign_id"] == "6") & (rows["user_id"] > 50)
    rows.loc[few, "responds"] = 0
    parts, notes = prepare.cut(source)
    assert notes["left_out"] == 2
    campaigns = parts["campaigns"].set_index("campaign_id")["split"]
    assert campaigns[["5", "6"]].isna().all()
    assert campaigns.notna().sum() == 10


def test_the_same_wish_finds_what_is_there(made, tmp_path):
    first = prepare.prepare(tmp_path / "data")
    assert prepare.prepare(tmp_path / "data") == first
    assert made == [None]
    feedback = pd.DataFrame(
        {"campaign_id": ["3"], "user_id": [1], "responds": [1]}
    )
    feedback.to_parquet(tmp_path / "new.parquet")
    second = prepare.prepare(
        tmp_path / "data", feedback=tmp_path / "new.parquet"
    )
    assert second["feedback_rows"] == 1
    assert made == [None, None]


def test_broken_feedback_leaves_the_data_as_they_were(made, tmp_path):
    prepare.prepare(tmp_path / "data")
    pd.DataFrame({"user_id": [1]}).to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(ValueError, match="bad.parquet: The table has no"):
        prepare.prepare(tmp_path / "data", feedback=tmp_path / "bad.parquet")
    assert len(pd.read_parquet(tmp_path / "data" / "users")) == 100
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["bad.parquet", "data"]


def test_a_column_that_the_schema_wants_is_missed_by_name(source, tmp_path):
    parts, _ = prepare.cut(source)
    path = str(tmp_path / "part-0.parquet")
    train = parts["train"].drop(columns="h1_spend")
    train.to_parquet(path)
    with pytest.raises(ValueError, match="no column 'h1_spend'") as error:
        parquet_checks.check_split(
            [path], columns.COLUMNS, [columns.TASK.of_model()]
        )
    assert path in str(error.value)


def test_what_is_written_is_as_the_pipeline_wants_it(source, tmp_path):
    parts, _ = prepare.cut(source)
    path = str(tmp_path / "part-0.parquet")
    parts["train"].to_parquet(path)
    rows = parquet_checks.check_split(
        [path], columns.COLUMNS, [columns.TASK.of_model()]
    )
    assert rows == len(parts["train"])
