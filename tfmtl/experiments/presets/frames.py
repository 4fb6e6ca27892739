"""From tables in three parts to data of an experiment."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.table_encoder import TableEncoder
from tfmtl.experiments.data import Data
from tfmtl.experiments.part import Part
from tfmtl.tasks import Task


def encoded(
    train: pd.DataFrame,
    dev: pd.DataFrame,
    test: pd.DataFrame,
    encoder: TableEncoder,
    tasks: Sequence[Task],
    description: str,
) -> Data:
    """Returns the data; vocabularies and scales are those of train.

    Args:
        train: Rows to learn from.
        dev: Rows to choose by.
        test: Rows to judge by.
        encoder: An encoder, not fitted yet.
        tasks: Tasks, whose labels are columns.
        description: What the rows are and how they were divided.
    """
    encoder.fit(train)
    train_part, dev_part, test_part = (
        Part(encoder.encode(frame), labels(frame, tasks))
        for frame in (train, dev, test)
    )
    return Data(
        encoder.features,
        list(tasks),
        train_part,
        dev_part,
        test_part,
        description,
    )


def labels(frame: pd.DataFrame, tasks: Sequence[Task]) -> dict[str, np.ndarray]:
    """Returns `{task: (rows, 1) float32}`.

    Args:
        frame: A table with a column for each task.
        tasks: The tasks.
    """
    return {
        task.name: frame[task.name].to_numpy(np.float32)[:, np.newaxis]
        for task in tasks
    }
