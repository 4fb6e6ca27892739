"""Checks of labels: their values, their order along a path, their classes."""

import os
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.checks.columns import require_columns
from tfmtl.datasets.checks.columns import require_rows
from tfmtl.datasets.checks.numbers import check_numbers
from tfmtl.datasets.checks.table_error import TableError
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import CountTask
from tfmtl.tasks import Task
from tfmtl.tasks import check_tasks

_ROWS_SHOWN = 5


def check_labels(
    frame: pd.DataFrame,
    tasks: Sequence[Task],
    source: str | os.PathLike[str],
    repair: bool = False,
) -> pd.DataFrame:
    """Checks the labels of the tasks.

    Labels of a `BinaryTask` are 0 or 1, both occur, and a 1 never stands where
    the parent task has 0: no conversion without a click. Labels of other tasks
    are finite numbers, of a `CountTask` not negative.

    Args:
        frame: The table, one column a task. It is left as it is.
        tasks: The tasks, parents before their children.
        source: Where the table came from, for the message.
        repair: Whether to believe the later label where two are out of order,
            and set those before it to 1, rather than refuse the table.

    Returns:
        The table; with `repair`, a new one where labels were set.

    Raises:
        TableError: The table is empty, a column is missing, or labels are not
            as said above: with their count, the first rows and a value.

    Example:

    >>> tasks = [BinaryTask("click"), BinaryTask("purchase", parent="click")]
    >>> frame = pd.DataFrame({"click": [1, 0, 0], "purchase": [0, 1, 0]})
    >>> check_labels(frame, tasks, "log.csv", repair=True)["click"].tolist()
    [1, 1, 0]
    """
    tasks = check_tasks(tasks)
    require_columns(frame, [task.name for task in tasks], source)
    require_rows(frame, source)
    binary = [task for task in tasks if isinstance(task, BinaryTask)]
    other = [task.name for task in tasks if task not in binary]
    check_numbers(frame, other, source)
    for task in tasks:
        if isinstance(task, CountTask):
            _check_counts(frame[task.name], source)
    for task in binary:
        _check_values(frame[task.name], source)
    frame = _check_order(frame, binary, source, repair)
    for task in binary:
        _check_classes(frame[task.name], source)
    return frame


def _check_counts(labels: pd.Series, source: str | os.PathLike[str]) -> None:
    rows = np.flatnonzero(labels < 0)
    if len(rows):
        raise TableError.of(
            source,
            f"A label of task {labels.name!r} counts, and must not be "
            "negative.",
            "Drop the rows, or make it a RegressionTask.",
            column=labels.name,
            count=len(rows),
            rows=rows[:_ROWS_SHOWN],
            value=labels.iloc[rows[0]],
        )


def _check_values(labels: pd.Series, source: str | os.PathLike[str]) -> None:
    bad = ~labels.isin((0, 1)).to_numpy(dtype=bool)
    if bad.any():
        rows = np.flatnonzero(bad)
        raise TableError.of(
            source,
            f"A label of task {labels.name!r} must be the number 0 or 1 in "
            "every row.",
            "Map the values to 0 and 1, or drop the rows.",
            column=labels.name,
            count=len(rows),
            rows=rows[:_ROWS_SHOWN],
            value=labels.iloc[rows[0]],
        )


def _check_order(
    frame: pd.DataFrame,
    tasks: Sequence[BinaryTask],
    source: str | os.PathLike[str],
    repair: bool,
) -> pd.DataFrame:
    """Refuses, or repairs, a label 1 whose parent's label is 0."""
    known = {task.name for task in tasks}
    # From the last task back, so that a repair climbs to the first.
    for task in reversed(tasks):
        if task.parent not in known:
            continue
        child, parent = frame[task.name], frame[task.parent]
        rows = np.flatnonzero((child == 1) & (parent == 0))
        if len(rows) and not repair:
            raise TableError.of(
                source,
                f"A row with {task.name!r} = 1 must have its parent "
                f"{task.parent!r} = 1.",
                "Pass `repair=True` to set the parent to 1, or drop the rows.",
                column=task.name,
                count=len(rows),
                rows=rows[:_ROWS_SHOWN],
                value=child.iloc[rows[0]],
            )
        if len(rows):
            mended = parent.where(child != 1, child).astype(parent.dtype)
            frame = frame.assign(**{task.parent: mended})
    return frame


def _check_classes(labels: pd.Series, source: str | os.PathLike[str]) -> None:
    if labels.nunique() == 1:
        raise TableError.of(
            source,
            f"Task {labels.name!r} must have rows of both classes, 0 and 1.",
            "Take more rows, or leave the task out.",
            column=labels.name,
            rows=len(labels),
            value=labels.iloc[0],
        )
