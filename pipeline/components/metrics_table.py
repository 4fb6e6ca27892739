"""Metrics per task and slice, all rows at once."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.components.scores import Scores
from tfmtl.tasks import Task

ALL_ROWS = ""
MAX_SLICES = 200
# What a record holds beside the metrics.
FACTS = ("model", "task", "slice", "rows", "positives", "campaigns")


def metrics_table(
    scores: Scores, tasks: Sequence[Task]
) -> list[dict[str, Any]]:
    """Computes the metrics of every model, task and slice.

    Of a task with a sample space, only those rows count.

    Args:
        scores: The rows.
        tasks: The tasks; they name the metrics.

    Returns:
        Records of `model`, `task`, `slice` (`""` for all rows, else as in
        `"campaign_type=A"`), `rows`, `positives` (the sum of the labels), and
        each metric of the task. A metric that cannot be computed is NaN, as
        are all where a prediction is NaN.

    Raises:
        ValueError: A slice column has more than `MAX_SLICES` values.
    """
    table = []
    for task in tasks:
        metrics = task.metrics()
        space = None
        if task.sample_space is not None:
            space = scores.labels[task.sample_space] == 1
        for name, rows in _slices(scores, len(scores.labels[task.name])):
            kept = rows if space is None else rows[space[rows]]
            labels = scores.labels[task.name][kept]
            weights = np.ones(len(labels), np.float32)
            for model, predictions in scores.predictions.items():
                if task.name not in predictions:
                    continue
                values = predictions[task.name][kept]
                broken = bool(np.isnan(values).any())
                table.append(
                    {
                        "model": model,
                        "task": task.name,
                        "slice": name,
                        "rows": len(labels),
                        "positives": float(labels.sum(dtype=np.float64)),
                        **{
                            metric.name: float("nan")
                            if broken
                            else metric.compute(labels, values, weights)
                            for metric in metrics
                        },
                    }
                )
    return table


def overall(
    table: Sequence[Mapping[str, Any]], model: str
) -> dict[str, dict[str, float]]:
    """Returns `{task: record}` of one model over all rows."""
    return {
        record["task"]: dict(record)
        for record in table
        if record["model"] == model and record["slice"] == ALL_ROWS
    }


def by_slice(
    table: Sequence[Mapping[str, Any]], model: str
) -> dict[str, dict[str, float]]:
    """Returns the records of one model as `Thresholds` names them.

    Args:
        table: What `metrics_table` returned.
        model: Name of the model.

    Returns:
        `{task: record}` over all rows, and `{"task[column=value]": record}`
        of the slices.
    """
    return {
        record["task"] + (f"[{record['slice']}]" if record["slice"] else ""): (
            dict(record)
        )
        for record in table
        if record["model"] == model
    }


def _slices(scores: Scores, rows: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yields the name and the row numbers of each slice."""
    yield ALL_ROWS, np.arange(rows)
    for column, values in scores.slices.items():
        names, groups = np.unique(values, return_inverse=True)
        if len(names) > MAX_SLICES:
            raise ValueError(
                f"A slice column should have at most {MAX_SLICES} values; "
                "slice by a coarser one. "
                f"Received: {len(names)} values of {column!r}."
            )
        order = np.argsort(groups, kind="stable")
        ends = np.cumsum(np.bincount(groups, minlength=len(names)))
        for name, members in zip(
            names, np.split(order, ends[:-1]), strict=True
        ):
            text = name.decode() if isinstance(name, bytes) else str(name)
            yield f"{column}={text}", members
