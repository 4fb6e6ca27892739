"""Picks what figures show out of the records of runs."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

Record = Mapping[str, Any]


def by_model(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Returns the records of each model, models in order of appearance.

    Example:

    >>> runs = [{"model": "PIMM", "seed": 0}, {"model": "PIMM", "seed": 1}]
    >>> {name: len(own) for name, own in by_model(runs).items()}
    {'PIMM': 2}
    """
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record["model"], []).append(record)
    return groups


def with_picture(records: Sequence[Record], picture: str) -> list[Record]:
    """Returns the records that hold a picture that is not empty."""
    return [record for record in records if pictures(record).get(picture)]


def pictures(record: Record) -> Mapping[str, Any]:
    """Returns what a run recorded beside its metrics."""
    return record.get("pictures") or {}


def table(rows: Sequence[Sequence[float | None]]) -> np.ndarray:
    """Returns rows of unequal lengths as a matrix, NaN where there is none.

    Example:

    >>> table([[1.0, 2.0], [3.0]])
    array([[ 1.,  2.],
           [ 3., nan]])
    """
    width = max((len(row) for row in rows), default=0)
    matrix = np.full((len(rows), width), np.nan)
    for number, row in enumerate(rows):
        matrix[number, : len(row)] = np.asarray(row, np.float64)
    return matrix


def mean_and_deviation(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns mean and sample standard deviation of each column.

    Values that are not finite are left out. The deviation of a single value
    is NaN, and so is the mean of none.

    Example:

    >>> mean, deviation = mean_and_deviation(np.array([[1.0], [3.0]]))
    >>> mean, deviation.round(2)
    (array([2.]), array([1.41]))
    """
    known = np.ma.masked_invalid(matrix)
    mean = known.mean(axis=0).filled(np.nan)
    return mean, known.std(axis=0, ddof=1).filled(np.nan)


def test_metric(record: Record, metric: str) -> float:
    """Returns a metric of the test part, NaN where there is none."""
    value = record["metrics"]["test"].get(metric)
    return float("nan") if value is None else float(value)


def bins(record: Record, task: str) -> Mapping[str, Any]:
    """Returns the calibration bins of a task, empty if there are none."""
    return (pictures(record).get("calibration") or {}).get(task) or {}
