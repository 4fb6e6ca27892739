import dataclasses
import json

import pandas as pd
import pytest

from pipeline.advertiser import columns
from pipeline.advertiser.window_plan import read_scenarios
from pipeline.advertiser.window_settings import WindowSettings
from tfmtl.datasets.checks import TableError


@pytest.fixture
def files(tmp_path):
    days = pd.date_range("2017-01-01", "2017-06-30").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"day": [*days, "2093-01-01"]})
    frame.to_parquet(tmp_path / "facts.parquet")
    return [str(tmp_path / "facts.parquet")]


def test_the_last_day_is_the_last_one_that_is_not_in_the_future(files):
    split = WindowSettings().split(files, columns.SPEC)
    assert str(split.last_day) == "2017-06-30"


def test_the_split_ends_with_the_day_that_is_given(files):
    split = WindowSettings(last_day="2017-05-31").split(files, columns.SPEC)
    assert str(split.last_day) == "2017-05-31"


def anchors(**changes):
    sets = {
        "train": ["2017-03-01"],
        "dev": ["2017-03-20"],
        "eval": ["2017-05-01"],
        **changes,
    }
    return WindowSettings(anchors=json.dumps(sets))


def test_anchors_may_be_given(files):
    split = anchors().split(files, columns.SPEC)
    assert str(split.dev[0]) == "2017-03-20"


@pytest.mark.parametrize(
    ("last_day", "known"), [("", "2017-06-30"), ("2017-05-31", "2017-05-31")]
)
def test_anchors_whose_labels_are_not_known_yet_are_refused(
    last_day, known, files
):
    settings = dataclasses.replace(
        anchors(eval=["2017-06-24"]), last_day=last_day
    )
    message = f"window ends on 2017-07-01, and last known day {known}"
    with pytest.raises(ValueError, match=message):
        settings.split(files, columns.SPEC)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            anchors(dev=["2017-03-05"]),
            "window ends on 2017-03-08, and first anchor 2017-03-05",
        ),
        (anchors(dev=["5.3.2017"]), "YYYY-MM-DD. Received: '5.3.2017'"),
        (anchors(test=[]), "a list of dates for each of"),
        (anchors(dev="2017-03-20"), "a list of dates for each of"),
        (WindowSettings(anchors="{"), "should be JSON; mend line 1, column 2"),
    ],
)
def test_anchors_that_cannot_be_are_refused(settings, message, files):
    with pytest.raises(ValueError, match=message):
        settings.split(files, columns.SPEC)


@pytest.mark.parametrize(
    "options", [{"step": 0}, {"gap": -1}, {"bucket_rows": 0}]
)
def test_settings_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match="or more"):
        WindowSettings(**options)


def test_a_last_day_that_is_no_date_is_refused():
    with pytest.raises(ValueError, match="last_day.*Received: '31.12.2017'"):
        WindowSettings(last_day="31.12.2017")


def test_facts_of_the_future_alone_are_refused(tmp_path):
    path = tmp_path / "facts.parquet"
    pd.DataFrame({"day": ["2093-01-01"]}).to_parquet(path)
    with pytest.raises(ValueError, match="not in the future"):
        WindowSettings().split([str(path)], columns.SPEC)


@pytest.mark.parametrize("day", [20170101, "01/02/2017", "10:30"])
def test_what_is_no_date_is_refused_with_its_row(day, tmp_path):
    path = tmp_path / "facts.parquet"
    pd.DataFrame({"day": [day]}).to_parquet(path)
    message = f"facts.parquet: .*hold a date.*row=0, value='?{day}"
    with pytest.raises(TableError, match=message):
        WindowSettings().split([str(path)], columns.SPEC)


def test_facts_without_days_are_refused_with_their_file(tmp_path):
    path = tmp_path / "facts.parquet"
    pd.DataFrame({"date": ["2017-01-01"]}).to_parquet(path)
    with pytest.raises(TableError, match="facts.parquet: .* no column 'day'"):
        WindowSettings().split([str(path)], columns.SPEC)


@pytest.mark.parametrize(
    "read",
    [
        lambda files: WindowSettings().split(files, columns.SPEC),
        read_scenarios,
    ],
)
def test_a_damaged_file_is_named(tmp_path, read):
    path = tmp_path / "part-0.parquet"
    path.write_bytes(b"PAR1 was cut short")
    with pytest.raises(TableError, match="part-0.parquet: .*Parquet file"):
        read([str(path)])
