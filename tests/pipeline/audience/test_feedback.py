import pandas as pd
import pytest

from pipeline.audience import columns
from pipeline.audience.feedback import with_feedback
from tfmtl.datasets.checks import TableError


@pytest.fixture
def write(tmp_path):
    def write(rows, **extra):
        frame = pd.DataFrame(rows, columns=["campaign_id", "user_id", "label"])
        frame = frame.rename(columns={"label": columns.TASK.name})
        frame.assign(**extra).to_parquet(tmp_path / "feedback.parquet")
        return tmp_path / "feedback.parquet"

    return write


def label(source, campaign, user):
    rows = source.rows
    is_pair = (rows["campaign_id"] == campaign) & (rows["user_id"] == user)
    return rows[columns.TASK.name][is_pair].tolist()


def test_feedback_is_right_where_a_pair_is_there_already(source, write):
    path = write([("3", 1, 1), ("3", 0, 1), ("3", 0, 0)])
    merged, notes = with_feedback(source, path)
    assert label(merged, "3", 1) == [1]
    assert label(merged, "3", 0) == [0]
    assert label(merged, "4", 0) == [1]
    assert len(merged.rows) == len(source.rows)
    assert notes["feedback_rows"] == 2


def test_rows_of_unknown_users_are_counted_and_left_out(source, write):
    merged, notes = with_feedback(source, write([("3", 1, 1), ("3", 999, 1)]))
    assert notes["feedback_of_unknown_users"] == 1
    assert label(merged, "3", 999) == []


def test_a_new_campaign_brings_its_columns(source, write):
    rows = [("new", user, user % 2) for user in range(50)]
    described = {column.name: None for column in columns.CAMPAIGN_COLUMNS}
    merged, notes = with_feedback(
        source, write(rows, **{**described, "category_name": "TEA"})
    )
    assert notes["feedback_campaigns_that_are_new"] == 1
    last = merged.campaigns.iloc[-1]
    assert (last["campaign_id"], last["category_name"]) == ("new", "TEA")
    with pytest.raises(ValueError, match=r"category_name.*\['new'\]"):
        with_feedback(source, write(rows))


def test_seeds_of_a_new_campaign_get_other_users_beside_them(source, write):
    described = {column.name: None for column in columns.CAMPAIGN_COLUMNS}
    rows = [("new", user, 1) for user in range(6)] + [("new", 6, 0)]
    merged, notes = with_feedback(source, write(rows, **described))
    assert notes["feedback_negatives_drawn"] == 10 * 6 - 1
    new = merged.rows[merged.rows["campaign_id"] == "new"]
    assert new["user_id"].is_unique
    assert new["responds"].sum() == 6 and len(new) == 66
    labels = new.set_index("user_id")["responds"]
    assert labels[range(6)].all() and not labels.drop(range(6)).any()


def test_without_a_file_nothing_changes(source):
    merged, notes = with_feedback(source, None)
    assert merged is source and notes == {}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("3", 1, 1), ("3", 2, 7)], r"'responds' must hold 0 or 1.*row=1"),
        ([(3, 1, 1)], "'campaign_id' must hold text"),
        ([("3", 1.5, 1)], "'user_id' must hold whole numbers"),
    ],
)
def test_a_broken_row_is_named(source, write, rows, message):
    path = write(rows)
    with pytest.raises(ValueError, match=message) as error:
        with_feedback(source, path)
    assert str(path) in str(error.value)


def test_a_damaged_file_is_named(source, tmp_path):
    (tmp_path / "feedback.parquet").write_bytes(b"PAR1 was cut short")
    with pytest.raises(TableError, match="feedback.parquet: .*Parquet file"):
        with_feedback(source, tmp_path / "feedback.parquet")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("category_mean_price", "cheap", "must hold numbers.*value='cheap'"),
        ("category_department", 5, "must hold text.*value=5"),
    ],
)
def test_a_column_of_a_new_campaign_has_its_type(
    name, value, message, source, write
):
    described = {column.name: None for column in columns.CAMPAIGN_COLUMNS}
    path = write([("new", 1, 1)], **{**described, name: value})
    with pytest.raises(TableError, match=f"{path}: .*{message}"):
        with_feedback(source, path)
