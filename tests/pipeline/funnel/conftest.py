"""A raw table of the funnel job, and what is learned from it."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata

from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from pipeline.funnel import schema

ROWS = 200
LABELS = [task.name for task in columns.TASKS]


@pytest.fixture(scope="session")
def raw():
    rng = np.random.default_rng(0)
    table = {}
    for name in columns.CLOSED_TEXTS:
        table[name] = rng.choice(["", *schema.domain(name)], ROWS)
    for name in columns.OPEN_TEXTS:
        table[name] = rng.choice(["MEAT", "DELI", "WINE"], ROWS)
    for name in columns.OPEN_IDS:
        table[name] = rng.choice([17, 40], ROWS)
    for name in columns.NUMBERS:
        table[name] = rng.exponential(9, ROWS).astype(np.float32)
    table["hh_days_since_last"][:50] = np.nan
    for name in LABELS:
        table[name] = rng.integers(0, 2, ROWS)
    return pd.DataFrame(table)


@pytest.fixture(scope="session")
def transform(raw, tmp_path_factory):
    """What the Transform component would write, learned from `raw`."""
    folder = tmp_path_factory.mktemp("transform")
    specs = {
        column.name: tf.io.FixedLenFeature([1], column.dtype)
        for column in columns.COLUMNS
    }
    specs |= {name: tf.io.FixedLenFeature([1], tf.int64) for name in LABELS}
    metadata = dataset_metadata.DatasetMetadata.from_feature_spec(specs)
    rows = [
        {name: [value] for name, value in row.items()}
        for row in raw.to_dict("records")
    ]
    with tft_beam.Context(temp_dir=str(folder / "temp")):
        function = (rows, metadata) | tft_beam.AnalyzeDataset(
            preprocessing.preprocessing_fn
        )
        _ = function | tft_beam.WriteTransformFn(str(folder / "graph"))
    return tft.TFTransformOutput(str(folder / "graph"))
