"""A source of campaigns as small as can be."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from pipeline.audience import columns
from pipeline.audience.source import Source

USERS = 100
CAMPAIGNS = 12


def table(names, rows):
    """Raw columns that hold nothing of interest."""
    blank = {tf.string: "", tf.int64: 1, tf.float32: 0.5}
    return pd.DataFrame(
        {column.name: [blank[column.dtype]] * rows for column in names}
    )


@pytest.fixture
def source():
    """Twelve campaigns of 100 users each, of whom every third responds."""
    users = table(columns.USER_COLUMNS, USERS)
    users.insert(0, columns.USER_ID, np.arange(USERS))
    campaigns = table(columns.CAMPAIGN_COLUMNS, CAMPAIGNS)
    names = [str(number) for number in range(CAMPAIGNS)]
    campaigns.insert(0, columns.CAMPAIGN_ID, names)
    rows = pd.DataFrame(
        {
            columns.CAMPAIGN_ID: np.repeat(names, USERS),
            columns.USER_ID: np.tile(np.arange(USERS), CAMPAIGNS),
        }
    )
    rows[columns.TASK.name] = (rows[columns.USER_ID] % 3 == 0).astype("int8")
    return Source(rows, users, campaigns)
