"""Forecasts of a bucket of advertisers, and of all of them in one file."""

import functools
import os
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import tensorflow as tf

from pipeline.advertiser import columns
from pipeline.advertiser import samples as samples_lib
from pipeline.advertiser.bucket_tables import bucket_advertisers
from pipeline.advertiser.bucket_tables import bucket_facts
from pipeline.advertiser.preprocessing import SCENARIO_KNOWN
from pipeline.advertiser.window_plan import WindowPlan
from pipeline.components.export import PREDICT_RAW
from tfmtl.datasets.windows.cut import concatenate
from tfmtl.datasets.windows.cut import cut_checked
from tfmtl.datasets.windows.cut import days_of
from tfmtl.datasets.windows.fact_grid import Samples
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import ANCHOR
from tfmtl.datasets.windows.window_spec import SCENARIO

FORECAST = "forecast"
# What was last week, and the weekly mean of four, beside each forecast.
PAST = {"past_{}": "last week", "mean_{}": "mean of four weeks"}
_ROWS = 1024


def forecast_bucket(bucket: int, plan: WindowPlan, model: str) -> None:
    """Writes the forecasts of a bucket.

    Args:
        bucket: Number of the bucket.
        plan: What is to be done.
        model: Folder of the SavedModel.
    """
    facts = bucket_facts(bucket, plan)
    if not len(facts):
        return
    days = days_of(plan.anchors[FORECAST])
    parts = cut_checked(facts, plan.spec, days, labels=False)
    samples = concatenate(list(parts))
    if len(samples[SCENARIO]):
        table = forecasts(
            samples, bucket_advertisers(bucket, plan), plan.scenarios, model
        )
        path = os.path.join(plan.folders[FORECAST], f"{bucket:05d}.parquet")
        table.to_parquet(path, index=False)


def forecasts(
    samples: Samples,
    advertisers: pd.DataFrame,
    scenarios: pd.DataFrame,
    model: str,
) -> pd.DataFrame:
    """Returns the forecasts of samples, beside their past.

    Args:
        samples: Samples as they were cut.
        advertisers: What is known of advertisers.
        scenarios: What is known of scenarios.
        model: Folder of the SavedModel.
    """
    naive = samples_lib.naive(samples)
    rows = samples_lib.request(
        samples_lib.described(samples, advertisers, scenarios)
    )
    predict = _loaded(model).signatures[PREDICT_RAW]
    parts = []
    for start in range(0, len(samples[SCENARIO]), _ROWS):
        part = {k: v[start : start + _ROWS] for k, v in rows.items()}
        outputs = predict(**{k: tf.constant(v) for k, v in part.items()})
        parts.append({k: v.numpy()[:, 0] for k, v in outputs.items()})
    names = (*columns.SPEC.tasks, SCENARIO_KNOWN)
    told = {k: np.concatenate([part[k] for part in parts]) for k in names}
    keys = {k: samples[k] for k in (ADVERTISER, SCENARIO, ANCHOR)}
    past = {
        pattern.format(task): values
        for pattern, name in PAST.items()
        for task, values in naive[name].items()
    }
    return pd.DataFrame({**keys, **told, **past})


def join_parts(folder: str, path: str) -> dict[str, int]:
    """Writes the forecasts of all buckets into one file.

    A part is in memory at a time.

    Args:
        folder: Folder of the parts.
        path: Parquet file to write.

    Returns:
        Number of `rows`, of `advertisers`, and of rows whose scenario is
        `new` to the model.

    Raises:
        ValueError: If there is no row.
    """
    counts = {"rows": 0, "advertisers": 0, "new": 0}
    names = sorted(os.listdir(folder))
    if not names:
        raise ValueError(
            "There should be activity in the last days; take facts up to a "
            "later day. Received: no row to forecast."
        )
    first = pq.read_schema(os.path.join(folder, names[0]))
    with pq.ParquetWriter(path, first) as writer:
        for name in names:
            part = pq.read_table(os.path.join(folder, name), schema=first)
            writer.write_table(part)
            frame = part.select([ADVERTISER, SCENARIO_KNOWN]).to_pandas()
            counts["rows"] += len(frame)
            counts["advertisers"] += frame[ADVERTISER].nunique()
            counts["new"] += int((frame[SCENARIO_KNOWN] == 0).sum())
    return counts


@functools.cache
def _loaded(model: str) -> Any:
    return tf.saved_model.load(model)
