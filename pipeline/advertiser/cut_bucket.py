"""Cuts the samples of a bucket and writes them as examples."""

import contextlib
import json
import os
from collections.abc import Iterator

import pandas as pd
import tensorflow as tf
from tfx_bsl.coders import example_coder

from pipeline.advertiser import columns
from pipeline.advertiser import samples as samples_lib
from pipeline.advertiser.bucket_tables import bucket_advertisers
from pipeline.advertiser.bucket_tables import bucket_facts
from pipeline.advertiser.window_plan import WindowPlan
from tfmtl.datasets.windows import SampleReport
from tfmtl.datasets.windows.cut import cut_checked
from tfmtl.datasets.windows.cut import days_of
from tfmtl.datasets.windows.fact_grid import Samples
from tfmtl.datasets.windows.window_spec import SCENARIO

_ROWS = 4096


def cut_bucket(bucket: int, plan: WindowPlan) -> None:
    """Writes the examples of a bucket, one file a set, and notes how many.

    Args:
        bucket: Number of the bucket.
        plan: What is to be done.

    Raises:
        TableError: If the rows of the bucket do not go together.
    """
    facts = bucket_facts(bucket, plan)
    reports = {}
    if len(facts):
        advertisers = bucket_advertisers(bucket, plan)
        for name, anchors in plan.anchors.items():
            report = SampleReport()
            with _writer(plan, name, bucket) as writer:
                for part in cut_checked(facts, plan.spec, days_of(anchors)):
                    if len(part[SCENARIO]):
                        report += SampleReport.of(part, plan.spec)
                        _write(part, advertisers, plan, writer)
            reports[name] = report
    _save_reports(plan, bucket, reports)


def load_reports(plan: WindowPlan) -> dict[str, SampleReport]:
    """Returns what was written of all buckets, by set."""
    total = {name: SampleReport() for name in plan.anchors}
    # In the order of the buckets, as sums of floats depend on it.
    for bucket in range(plan.buckets):
        path = os.path.join(plan.work, f"report-{bucket:05d}.json")
        with open(path, encoding="utf-8") as file:
            for name, report in json.load(file).items():
                report["by_scenario"] = dict(report["by_scenario"])
                total[name] += SampleReport(**report)
    return total


def _save_reports(
    plan: WindowPlan, bucket: int, reports: dict[str, SampleReport]
) -> None:
    content = {
        name: {**vars(report), "by_scenario": [*report.by_scenario.items()]}
        for name, report in reports.items()
    }
    path = os.path.join(plan.work, f"report-{bucket:05d}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)


@contextlib.contextmanager
def _writer(
    plan: WindowPlan, name: str, bucket: int
) -> Iterator[tf.io.TFRecordWriter]:
    file = f"data_tfrecord-{bucket:05d}-of-{plan.buckets:05d}.gz"
    path = os.path.join(plan.folders[name], file)
    # Level 1 takes a third of the time of the default for 1.4 of the size.
    options = tf.io.TFRecordOptions(
        compression_type="GZIP", compression_level=1
    )
    # A name that no reader takes for an example's: a worker may be killed.
    partial = os.path.join(plan.work, f"{name}-{file}.tmp")
    with tf.io.TFRecordWriter(partial, options) as writer:
        yield writer
    os.replace(partial, path)


def _write(
    part: Samples,
    advertisers: pd.DataFrame,
    plan: WindowPlan,
    writer: tf.io.TFRecordWriter,
) -> None:
    encoder = example_coder.RecordBatchToExamplesEncoder()
    wanted = columns.example_columns()
    for start in range(0, len(part[SCENARIO]), _ROWS):
        rows = slice(start, start + _ROWS)
        some = {name: column[rows] for name, column in part.items()}
        some = samples_lib.with_naive(some)
        some = samples_lib.described(some, advertisers, plan.scenarios)
        for example in encoder.encode(samples_lib.record_batch(some, wanted)):
            writer.write(example)
