"""Samples with all that an example holds of them."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import tensorflow as tf

from pipeline.advertiser import columns
from pipeline.components.raw_column import RawColumn
from tfmtl.datasets import windows
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import MASK
from tfmtl.datasets.windows.window_spec import SCENARIO


def described(
    samples: Mapping[str, np.ndarray],
    advertisers: pd.DataFrame,
    scenarios: pd.DataFrame,
) -> dict[str, np.ndarray]:
    """Returns samples with attributes, and NaN where nothing is known.

    Args:
        samples: Samples as they were cut.
        advertisers: What is known of advertisers; of others, nothing is.
        scenarios: What is known of scenarios, of each of the samples.
    """
    if ADVERTISER not in advertisers:
        names = [ADVERTISER, *columns.PROFILE_TEXTS, *columns.PROFILE_NUMBERS]
        advertisers = pd.DataFrame({name: [] for name in names})
    joined = windows.join(samples, scenarios, SCENARIO, "scenarios")
    joined = windows.join(joined, advertisers, ADVERTISER, "advertisers")
    unknown = ~joined[MASK]
    for name in columns.SPEC.histories:
        joined[name] = np.where(unknown, np.float32(np.nan), joined[name])
    return joined


def naive(
    samples: Mapping[str, np.ndarray],
) -> dict[str, dict[str, np.ndarray]]:
    """Returns what one would say without a model, by forecast and task.

    Args:
        samples: Samples as they were cut: 0 where nothing is known.
    """
    return windows.naive_forecasts(samples, columns.SPEC)


def with_naive(samples: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns samples with `columns.NAIVE`.

    Args:
        samples: Samples as they were cut.
    """
    told = naive(samples)
    more = {
        column: told[forecast][task]
        for forecast, names in columns.NAIVE.items()
        for task, column in names.items()
    }
    return {**samples, **more}


def record_batch(
    samples: Mapping[str, Any], wanted: Sequence[RawColumn]
) -> pa.RecordBatch:
    """Returns samples as tfx_bsl encodes them.

    Args:
        samples: A column for each that is wanted.
        wanted: The columns.
    """
    arrays = [column.encode(_array(samples, column)) for column in wanted]
    return pa.RecordBatch.from_arrays(arrays, [c.name for c in wanted])


def request(samples: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Returns samples as `predict_raw` takes them, `(rows, length)` each.

    Args:
        samples: What `described` returned.
    """
    batch = record_batch(samples, columns.COLUMNS)
    rows = {}
    for column, array in zip(columns.COLUMNS, batch, strict=True):
        values = array.flatten().to_numpy(zero_copy_only=False)
        dtype = object if column.dtype == tf.string else values.dtype
        rows[column.name] = values.astype(dtype).reshape(-1, column.length)
    return rows


def _array(samples: Mapping[str, Any], column: RawColumn) -> pa.Array:
    values = samples[column.name]
    if column.dtype == tf.string:
        return pa.array(values, pa.string(), from_pandas=True)
    if column.length == 1:
        return pa.array(values)
    return pa.FixedSizeListArray.from_arrays(
        pa.array(values.reshape(-1)), column.length
    )
