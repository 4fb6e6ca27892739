import datetime

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import windows
from tfmtl.datasets.checks import TableError

SPEC = windows.WindowSpec(["clicks"], ["clicks", "shown"], history=5, ahead=2)


def day(number):
    return np.datetime64("2020-03-01") + np.timedelta64(number, "D")


def table(*rows):
    """Facts of rows of advertiser, scenario, day, clicks and shown."""
    frame = pd.DataFrame(
        rows, columns=["advertiser_id", "scenario", "day", "clicks", "shown"]
    )
    frame["day"] = [str(day(number)) for number in frame["day"]]
    return frame


FACTS = table(
    (7, 1, 3, 4, 10),
    (7, 1, 6, 2, 0),
    (7, 1, 7, 1, 3),
    (7, 2, 1, 0, 8),
    (7, 2, 7, 5, 1),
    (9, 1, 5, 3, 0),
)


def test_history_and_labels_are_those_of_the_days():
    samples = windows.cut(FACTS, SPEC, [day(5)])
    assert samples["advertiser_id"].tolist() == [7, 9]
    assert samples["scenario"].tolist() == [1, 1]
    assert samples["anchor"].tolist() == [day(5).astype(object)] * 2
    assert samples["history_clicks"].tolist() == [
        [0, 0, 4, 0, 0],
        [0] * 4 + [3],
    ]
    assert samples["history_shown"].tolist() == [[0, 0, 10, 0, 0], [0] * 5]
    assert samples["clicks"].tolist() == [3, 0]
    assert samples["active_days"].tolist() == [2, 0]


def test_days_before_the_first_row_of_the_advertiser_are_masked():
    samples = windows.cut(FACTS, SPEC, [day(5)])
    # Advertiser 7 was seen in scenario 2 on day 1, 9 on day 5 only.
    assert samples["mask"].tolist() == [[True] * 5, [False] * 4 + [True]]
    assert windows.SampleReport.of(samples, SPEC).short == 1


def test_without_a_target_within_the_history_there_is_no_sample():
    # In scenario 2 there were clicks on day 7 only; being shown is no target.
    later = {"last_day": day(9)}
    assert 2 not in windows.cut(FACTS, SPEC, [day(6)], **later)["scenario"]
    assert 2 in windows.cut(FACTS, SPEC, [day(7)], **later)["scenario"]
    assert len(windows.cut(FACTS, SPEC, [day(-1)])["scenario"]) == 0


def test_days_are_the_same_however_dates_are_written():
    expected = windows.cut(FACTS, SPEC, [day(5)])
    dates = pd.to_datetime(FACTS["day"])
    for column in (
        dates,
        dates.dt.date,
        dates + pd.Timedelta(hours=7),
        dates.dt.tz_localize("Europe/Berlin"),  # in UTC the day before
        FACTS["day"] + ["T00:00+01:00", "T00:00+02:00"] * 3,
    ):
        samples = windows.cut(FACTS.assign(day=column), SPEC, [day(5)])
        np.testing.assert_array_equal(
            samples["history_clicks"], expected["history_clicks"]
        )


def test_neither_order_of_rows_nor_other_advertisers_matter():
    anchors, later = [day(4), day(7)], {"last_day": day(9)}
    whole = windows.cut(FACTS, SPEC, anchors, **later)
    shuffled = windows.cut(FACTS[::-1], SPEC, anchors[::-1], **later)
    parts = [
        windows.cut(part, SPEC, anchors, **later)
        for _, part in FACTS.groupby("advertiser_id")
    ]
    for name, column in whole.items():
        np.testing.assert_array_equal(shuffled[name], column)
        together = np.concatenate([part[name] for part in parts])
        np.testing.assert_array_equal(together, column)


def test_many_pairs_are_cut_as_one_by_one(monkeypatch):
    draw = np.random.default_rng(0)
    keys = pd.MultiIndex.from_product([range(30), range(3), range(40)])
    facts = keys.to_frame(index=False, name=["advertiser_id", "scenario", "n"])
    facts = facts.sample(600, random_state=0)
    facts["day"] = day(0) + facts.pop("n").to_numpy()
    facts["clicks"] = draw.integers(0, 3, 600)
    facts["shown"] = draw.integers(0, 9, 600)
    anchors = day(0) + np.arange(5, 38, 3)
    whole = windows.cut(facts, SPEC, anchors)
    monkeypatch.setattr("tfmtl.datasets.windows.fact_grid._CHUNK", 1)
    for name, column in windows.cut(facts, SPEC, anchors).items():
        np.testing.assert_array_equal(column, whole[name])


def test_every_scenario_that_is_asked_for_has_a_row():
    samples = windows.cut(
        FACTS, SPEC, [day(7)], scenarios=[1, 2, 3], labels=False
    )
    assert samples["advertiser_id"].tolist() == [7, 7, 7, 9, 9, 9]
    assert samples["scenario"].tolist() == [1, 2, 3] * 2
    assert samples["history_clicks"][:, -1].tolist() == [1, 5, 0, 0, 0, 0]
    assert "clicks" not in samples


def test_advertisers_may_be_named_by_text():
    facts = FACTS.assign(
        advertiser_id=FACTS["advertiser_id"].map({7: "b", 9: "a"})
    )
    samples = windows.cut(facts, SPEC, [day(5)])
    assert samples["advertiser_id"].tolist() == ["a", "b"]
    assert samples["clicks"].tolist() == [0, 3]


def test_a_cold_advertiser_is_kept_by_the_later_set():
    facts = pd.concat([FACTS, table((11, 3, 8, 1, 0), (11, 3, 9, 6, 0))])
    assert 11 not in windows.cut(facts, SPEC, [day(5)])["advertiser_id"]
    samples = windows.cut(facts, SPEC, [day(8)], last_day=day(10))
    assert samples["advertiser_id"].tolist()[-1] == 11
    assert samples["scenario"].tolist()[-1] == 3
    assert samples["clicks"].tolist()[-1] == 6


@pytest.mark.parametrize(
    ("row", "columns", "message"),
    [
        (
            2,
            {"clicks": -1},
            r"'clicks' counts.*day='2020-03-08'.*row=2, value=-1",
        ),
        (1, {"shown": np.nan}, r"'shown' must hold finite.*fill with 0.*row=1"),
        (
            4,
            {"day": "2020-13-01"},
            r"hold a date.*YYYY-MM-DD.*row=4, value='2020-13",
        ),
        (4, {"day": None}, "hold a date.*row=4, value=(None|nan)"),
        # Which is the month, and of which day?
        (4, {"day": "02/03/2020"}, "hold a date.*row=4, value='02/03/2020'"),
        (4, {"day": "10:30"}, "hold a date.*row=4, value='10:30'"),
        (
            5,
            {"day": "2020-03-31"},
            "future of the split, after 2020-03-20.*row=5",
        ),
        (3, {"scenario": 1.5}, "'scenario' must hold whole numbers.*row=3"),
        (
            3,
            {"advertiser_id": None},
            "'advertiser_id' must have a value.*row=3",
        ),
    ],
)
def test_a_broken_row_is_named(row, columns, message):
    facts = FACTS.astype(object)
    for name, value in columns.items():
        facts.loc[row, name] = value
    facts = facts.infer_objects()
    with pytest.raises(TableError, match=f"a.csv: .*{message}"):
        windows.cut(
            facts,
            SPEC,
            [day(5)],
            last_day=np.datetime64("2020-03-20"),
            source="a.csv",
        )


def test_a_day_that_is_there_twice_is_refused_with_its_rows():
    facts = pd.concat([FACTS, FACTS.iloc[[1]]], ignore_index=True)
    message = (
        "one row for each.*advertiser_id=7, scenario=1, day='2020-03-07', "
        "rows=.1, 6."
    )
    with pytest.raises(TableError, match=message):
        windows.cut(facts, SPEC, [day(5)])


def test_numbers_are_no_dates():
    with pytest.raises(TableError, match="hold a date.*value=20200301"):
        windows.cut(FACTS.assign(day=20200301), SPEC, [day(5)])


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="no column 'shown'"):
        windows.cut(FACTS.drop(columns="shown"), SPEC, [day(5)])


@pytest.mark.parametrize("anchors", [[], [day(5), day(5)]])
def test_anchors_are_there_once(anchors):
    with pytest.raises(ValueError, match="one anchor or more, each once"):
        windows.cut(FACTS, SPEC, anchors)


@pytest.mark.parametrize("options", [{}, {"last_day": day(7)}])
def test_labels_past_the_last_known_day_are_refused_with_the_dates(options):
    message = (
        "anchor 2020-03-07, whose label window ends on 2020-03-09, and last "
        "known day 2020-03-08"
    )
    with pytest.raises(ValueError, match=message):
        windows.cut(FACTS, SPEC, [day(5), day(6)], **options)
    assert windows.cut(FACTS, SPEC, [day(6)], labels=False, **options)


def test_planted_counts_are_cut_as_their_maker_tells_them():
    from tfmtl.datasets import synthetic

    world = synthetic.scenarios(40, 91, seed=3)
    names = [task.name for task in world.tasks]
    spec = windows.WindowSpec(names, active_days=None)
    start = datetime.date(2020, 1, 6)
    samples = windows.cut(
        world.facts, spec, [np.datetime64(start) + np.timedelta64(60, "D")]
    )
    keys = ["advertiser_id", "scenario"]
    mine = pd.DataFrame({name: samples[name] for name in keys + names})
    theirs = world.rows(60)[keys].assign(
        **{name: labels[:, 0] for name, labels in world.labels(60).items()}
    )
    both = mine.merge(theirs, on=keys, suffixes=("", "_told"))
    assert len(both) == len(mine) > 80
    for name in names:
        np.testing.assert_array_equal(both[name], both[f"{name}_told"])
