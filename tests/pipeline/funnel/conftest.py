"""A raw table of the funnel job, and what is learned from it."""

import numpy as np
import pandas as pd
import pytest

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
def transform(raw, learn_transform):
    """What the Transform component would write, learned from `raw`."""
    return learn_transform(
        raw,
        columns.COLUMNS,
        LABELS,
        preprocessing.preprocessing_fn,
    )
