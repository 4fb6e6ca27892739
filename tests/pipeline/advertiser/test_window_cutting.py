import shutil

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import Pipeline

from pipeline.advertiser import columns
from pipeline.advertiser import window_gen_executor as executor
from pipeline.advertiser.spill import blocks
from pipeline.advertiser.window_settings import WindowSettings
from tfmtl.datasets import windows
from tfmtl.datasets.checks import TableError

SPLITS = ("train", "dev", "eval")


def beam(workers=1):
    arguments = [f"--direct_num_workers={workers}"]
    if workers > 1:
        # Processes of their own would import TensorFlow again.
        arguments.append("--direct_running_mode=multi_threading")
    return Pipeline(options=PipelineOptions(arguments))


def examples(folder):
    """All examples of a split, by advertiser, scenario and anchor's labels."""
    spec = {
        column.name: tf.io.FixedLenFeature([column.length], column.dtype)
        for column in columns.example_columns()
    }
    files = sorted(map(str, folder.glob("*.gz")))
    rows = tf.data.TFRecordDataset(files, "GZIP").batch(100_000)
    parsed = tf.io.parse_example(next(iter(rows)), spec)
    return {name: values.numpy() for name, values in parsed.items()}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return tmp_path_factory.mktemp("windows")


@pytest.fixture(scope="module")
def reports(written, data_dir, plan_in):
    plan = plan_in(data_dir, written)
    assert plan.buckets > 2
    return executor.run_plan(plan, beam)


def test_examples_are_what_is_cut_in_one_piece(reports, written, facts, split):
    for name, anchors in split.sets.items():
        cut = windows.cut(facts, columns.SPEC, anchors)
        found = examples(written / f"Split-{name}")
        assert reports[name] == windows.SampleReport.of(cut, columns.SPEC)
        keys = np.stack([cut["advertiser_id"], cut["scenario"]])
        mine = np.stack([found["advertiser_id"], found["scenario"]])[:, :, 0]
        # Anchors are in order within a pair, so a stable sort brings them.
        theirs = np.lexsort(keys[::-1])
        order = np.lexsort(mine[::-1])
        np.testing.assert_array_equal(mine[:, order], keys[:, theirs])
        for task in columns.SPEC.tasks:
            np.testing.assert_array_equal(
                found[task][order, 0], cut[task][theirs]
            )
        for history in columns.SPEC.histories:
            days = np.where(cut["mask"], cut[history], np.nan)
            np.testing.assert_array_equal(found[history][order], days[theirs])


def test_naive_forecasts_stand_beside_the_labels(reports, written):
    found = examples(written / "Split-eval")
    week = np.nansum(found["history_baskets"][:, -7:], axis=1)
    np.testing.assert_allclose(found["last_week_baskets"][:, 0], week)
    four = np.nansum(found["history_baskets"][:, -28:], axis=1) / 4
    np.testing.assert_allclose(found["four_weeks_baskets"][:, 0], four)


def test_attributes_are_those_of_advertiser_and_scenario(
    reports, written, advertisers
):
    found = examples(written / "Split-dev")
    ids = found["advertiser_id"][:, 0]
    told = advertisers.set_index("advertiser_id").loc[ids]
    department = [text.decode() for text in found["main_department"][:, 0]]
    assert department == told["main_department"].tolist()
    np.testing.assert_array_equal(
        found["catalogue_products"][:, 0], told["catalogue_products"]
    )
    np.testing.assert_array_equal(found["coupon"], found["scenario"] == 4)
    # A missing text is the empty one.
    unknown = told["main_category"].isna().to_numpy()
    assert set(found["main_category"][unknown, 0]) == {b""}


def test_nothing_is_left_beside_the_splits(reports, written):
    assert sorted(path.name for path in written.iterdir()) == [
        "Split-dev",
        "Split-eval",
        "Split-train",
    ]


def test_two_workers_write_the_same_as_one(
    reports, written, data_dir, plan_in, tmp_path
):
    plan = plan_in(data_dir, tmp_path)
    assert executor.run_plan(plan, lambda: beam(2)) == reports
    for name in SPLITS:
        files = sorted((written / f"Split-{name}").iterdir())
        again = sorted((tmp_path / f"Split-{name}").iterdir())
        assert [f.name for f in files] == [f.name for f in again]
        one, two = (examples(f / f"Split-{name}") for f in (written, tmp_path))
        for column, values in one.items():
            np.testing.assert_array_equal(two[column], values)


def broken(data_dir, folder, change):
    """A copy of the tables in which `change` has changed the second file."""
    shutil.copytree(data_dir, folder / "data")
    path = folder / "data" / "facts" / "part-1.parquet"
    change(pd.read_parquet(path).astype({"day": object})).to_parquet(
        path, index=False
    )
    return folder / "data"


def with_value(name, value):
    def change(frame):
        frame.loc[17, name] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_value("baskets", -2.0), "part-1.*'baskets' counts.*row=17"),
        (with_value("stores", np.inf), "part-1.*'stores'.*finite.*row=17"),
        (
            with_value("day", pd.Timestamp("2017-06-01")),
            "future of the split, after 2017-04-30.*row=17",
        ),
        (
            lambda frame: pd.concat([frame, frame.iloc[[5]]]),
            r"one row for each advertiser, scenario and day.*rows=\['part-1.par"
            r"quet:5', 'part-1.parquet:\d+'\]",
        ),
        (
            with_value("scenario", 9),
            "row for every scenario.*scenario=9.*0, 1,",
        ),
    ],
)
def test_broken_facts_are_refused_and_nothing_is_left(
    change, message, data_dir, plan_in, tmp_path
):
    data = broken(data_dir, tmp_path, change)
    settings = WindowSettings(last_day="2017-04-30")
    plan = plan_in(data, tmp_path / "out", settings)
    with pytest.raises(TableError, match=message):
        executor.run_plan(plan, beam)
    assert not (tmp_path / "out" / "work").exists()


def test_an_advertiser_is_there_once(data_dir, plan_in, tmp_path):
    shutil.copytree(data_dir, tmp_path / "data")
    path = tmp_path / "data" / "advertisers" / "part-0.parquet"
    table = pd.read_parquet(path)
    pd.concat([table, table.iloc[[3]]]).to_parquet(path, index=False)
    plan = plan_in(tmp_path / "data", tmp_path / "out")
    message = "one row for each advertiser.*advertiser_id=4, rows=.*:3', .*:40'"
    with pytest.raises(TableError, match=message):
        executor.run_plan(plan, beam)


def test_a_task_that_is_all_zero_is_refused(data_dir, plan_in, tmp_path):
    data = broken(data_dir, tmp_path, lambda frame: frame.assign(products=0.0))
    path = data / "facts" / "part-0.parquet"
    pd.read_parquet(path).assign(products=0.0).to_parquet(path, index=False)
    with pytest.raises(ValueError, match="'products' should be above 0"):
        executor.run_plan(plan_in(data, tmp_path / "out"), beam)


def test_a_missing_column_is_named_before_anything_is_read(
    data_dir, plan_in, tmp_path
):
    data = broken(
        data_dir, tmp_path, lambda frame: frame.rename(columns={"day": "date"})
    )
    shutil.copy(data_dir / "facts" / "part-0.parquet", data / "facts")
    plan = plan_in(data_dir, tmp_path / "out", WindowSettings())
    files = [str(path) for path in sorted((data / "facts").iterdir())]
    plan.files["facts"][:] = files
    with pytest.raises(TableError, match="part-1.*no column 'day'"):
        blocks(plan)
