import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tensorflow as tf
from tfx.dsl.components.base import base_executor
from tfx.proto import example_gen_pb2
from tfx.types import standard_artifacts

from pipeline.components.parquet_example_gen import ParquetExampleGen
from pipeline.components.parquet_files import ParquetFilesDriver
from pipeline.components.raw_column import RawColumn
from tfmtl.datasets.checks import TableError
from tfmtl.tasks import BinaryTask

COLUMNS = [
    RawColumn("age", tf.int64),
    RawColumn("city", tf.string, optional=True),
    RawColumn("price", tf.float32, optional=True),
]
TASKS = [BinaryTask("click"), BinaryTask("buy", parent="click")]


def table(**changes):
    columns = {
        "age": [30, 40, 50],
        "city": ["Rome", None, "Oslo"],
        "price": [1.5, None, 0.25],
        "click": [1, 0, 1],
        "buy": [1, 0, 0],
        "household": [7, 8, 9],
    }
    return pd.DataFrame(columns | changes)


@pytest.fixture
def log(tmp_path):
    """Writes files of a split, and runs the component on all there are."""

    class Log:
        path = tmp_path / "log"

        def write(self, split, *frames):
            (self.path / split).mkdir(parents=True, exist_ok=True)
            for index, frame in enumerate(frames):
                frame.to_parquet(self.path / split / f"{index}.parquet")

        def component(self):
            splits = sorted(os.listdir(self.path))
            return ParquetExampleGen(self.path, COLUMNS, TASKS, splits)

        def run(self, examples):
            component = self.component()
            context = base_executor.BaseExecutor.Context()
            executor = component.executor_spec.executor_class(context)
            executor.Do({}, {"examples": [examples]}, component.exec_properties)
            return examples

        def fingerprint(self):
            properties = dict(self.component().exec_properties)
            driver = ParquetFilesDriver(metadata_handle=None)
            driver.resolve_exec_properties(properties, None, None)
            return properties["input_fingerprint"]

    return Log()


@pytest.fixture
def examples(artifact):
    return artifact(standard_artifacts.Examples, "examples")


def rows(examples, split):
    folder = os.path.join(examples.uri, f"Split-{split}")
    files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    return [
        tf.train.Example.FromString(record).features.feature
        for record in records.as_numpy_iterator()
    ]


def test_writes_one_example_a_row(log, examples):
    log.write("train", table())
    first, second, third = rows(log.run(examples), "train")
    assert sorted(first) == ["age", "buy", "city", "click", "price"]
    assert first["age"].int64_list.value == [30]
    assert first["city"].bytes_list.value == [b"Rome"]
    assert first["price"].float_list.value == [1.5]
    assert first["click"].int64_list.value == [1]
    assert second["city"].bytes_list.value == [b""]
    assert np.isnan(second["price"].float_list.value[0])
    assert third["buy"].int64_list.value == [0]


def test_tells_tfx_the_splits_the_format_and_the_rows(log, examples):
    log.write("train", table(), table())
    log.write("eval", table())
    log.run(examples)
    assert examples.split_names == '["eval", "train"]'
    assert examples.get_string_custom_property("file_format") == (
        "tfrecords_gzip"
    )
    assert examples.get_string_custom_property("payload_format") == (
        example_gen_pb2.PayloadFormat.Name(example_gen_pb2.FORMAT_TF_EXAMPLE)
    )
    assert examples.get_int_custom_property("rows") == 9
    assert len(rows(examples, "train")) == 6


@pytest.mark.parametrize(
    "bad, message",
    [
        (table(age=[1, None, 2]), "column='age'.*row=1"),
        (table(price=["x", "1", "2"]), "column='price'.*row=0, value='x'"),
        (table(click=[2, 0, 1]), r"column='click'.*rows=\[0\], value=2"),
        (table(click=[0, 0, 1]), r"'click' = 1.*count=1, rows=\[0\]"),
        (table().drop(columns="city"), "no column 'city'"),
        (table().rename(columns={"city": "citty"}), "'citty' for 'city'"),
    ],
)
def test_names_the_file_and_writes_nothing(log, examples, bad, message):
    log.write("eval", table())
    log.write("train", table(), bad)
    with pytest.raises(TableError, match=rf"train/1\.parquet: .*{message}"):
        log.run(examples)
    assert os.listdir(examples.uri) == []


def test_refuses_an_empty_table(log, examples):
    log.write("train", table().head(0))
    with pytest.raises(TableError, match="train.*must have rows"):
        log.run(examples)


def test_takes_an_empty_file_beside_a_full_one(log, examples):
    log.write("train", table(), table().head(0))
    assert len(rows(log.run(examples), "train")) == 3


def test_refuses_two_columns_of_one_name(log, examples):
    log.write("train", table())
    twice = pa.Table.from_pandas(table())
    twice = twice.append_column("age", twice["age"])
    pq.write_table(twice, log.path / "train" / "1.parquet")
    with pytest.raises(TableError, match="1.parquet: .*repeated=.'age'"):
        log.run(examples)


def test_refuses_a_split_with_one_class_but_not_a_file(log, examples):
    one_class = table(click=[1, 1, 1], buy=[0, 0, 0])
    log.write("train", table(), one_class)
    log.run(examples)
    log.write("train", one_class, one_class)
    with pytest.raises(TableError, match="log/train: Task 'click' must have"):
        log.run(examples)


def test_refuses_a_file_that_is_not_parquet(log, examples):
    log.write("train", table())
    (log.path / "train" / "9.parquet").write_text("age,city")
    with pytest.raises(TableError, match=r"9\.parquet: .*Parquet file"):
        log.run(examples)


def is_open(folder):
    descriptors = [
        f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")
    ]
    paths = [os.readlink(d) for d in descriptors if os.path.islink(d)]
    return any(path.startswith(str(folder)) for path in paths)


@pytest.mark.parametrize("step", ["check", "encode"])
def test_closes_the_files_when_it_is_stopped(log, examples, step, monkeypatch):
    def stop(*_):
        assert is_open(log.path)
        raise KeyboardInterrupt

    log.write("train", table())
    monkeypatch.setattr(RawColumn, step, stop)
    with pytest.raises(KeyboardInterrupt) as stopped:
        log.run(examples)
    # The traceback holds on to all that the functions had in hand.
    assert stopped.tb is not None
    assert not is_open(log.path)


def test_says_where_the_files_of_a_split_should_be(log):
    log.write("train", table())
    (log.path / "eval").mkdir()
    with pytest.raises(ValueError, match=r"none at .*log/eval/\*\.parquet"):
        log.fingerprint()


def test_notices_other_contents_but_not_another_time(log):
    log.write("train", table())
    before = log.fingerprint()
    os.utime(log.path / "train" / "0.parquet", (0, 0))
    assert log.fingerprint() == before
    log.write("train", table(age=[30, 40, 51]))
    assert log.fingerprint() != before


def test_refuses_a_column_that_is_also_a_task():
    with pytest.raises(ValueError, match="a name of its own"):
        ParquetExampleGen("log", [RawColumn("click", tf.int64)], TASKS)
