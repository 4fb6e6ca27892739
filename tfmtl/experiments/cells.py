"""Metrics of each task in each group of rows, such as a scenario.

They stand among the metrics of a run as `{task}@{group}_{metric}`. Their means
stand there as those of the task `ALL_TASKS` and of the group `ALL_GROUPS`.
"""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tfmtl import metrics
from tfmtl.experiments.part import Part
from tfmtl.tasks import CountTask
from tfmtl.tasks import Task

ALL_TASKS = "all tasks"
ALL_GROUPS = "all"


def column(task: str, group: str, metric: str) -> str:
    """Returns the name that a metric of a cell has in a run.

    Args:
        task: Name of the task, or `ALL_TASKS`.
        group: Name of the group, or `ALL_GROUPS`.
        metric: Name of the metric.

    Example:

    >>> column("clicks", "coupon", "nmae")
    'clicks@coupon_nmae'
    """
    return f"{task}@{group}_{metric}"


def is_cell(name: str) -> bool:
    """Tells whether a column is that of a cell, or a mean of cells.

    Args:
        name: Name of a metric in a run.
    """
    return "@" in name


def metrics_of(task: Task) -> list[metrics.PooledMetric]:
    """Returns the metrics of a task's cells.

    A count's `smape` takes predictions below 0.5 for 0; its `smape_raw` takes
    them as they are; `explained` is the share of its Poisson deviance.

    Args:
        task: The task.
    """
    if not isinstance(task, CountTask):
        return task.metrics()
    raw = metrics.SMAPE(0.0, name="smape_raw")
    return [*task.metrics(), raw, metrics.ExplainedDeviance()]


def scores(
    tasks: Sequence[Task],
    part: Part,
    predictions: Mapping[str, np.ndarray],
    groups: Mapping[str, np.ndarray],
) -> dict[str, float]:
    """Returns the metrics of all cells, and their means.

    What is not defined, the NMAE where all labels are 0 say, is left out, of
    the means too.

    Args:
        tasks: Tasks of the data, without sample spaces.
        part: Rows with the labels.
        predictions: `{task: (rows, 1)}`.
        groups: `{group: (rows,)}`, True for the rows of the group.

    Raises:
        ValueError: If a prediction is not a finite number.
    """
    found: dict[str, dict[tuple[str, str], float]] = {}
    for group, inside in groups.items():
        for task in tasks:
            labels = np.ravel(part.y[task.name])[inside]
            predicted = np.ravel(predictions[task.name])[inside]
            _check_finite(predicted, task.name, group)
            weights = np.ones_like(labels)
            for metric in metrics_of(task) if len(labels) else []:
                value = metric.compute(labels, predicted, weights)
                if np.isfinite(value):
                    cells = found.setdefault(metric.name, {})
                    cells[task.name, group] = float(value)
    return {
        column(*cell, metric): value
        for metric, cells in found.items()
        for cell, value in {**cells, **_means(cells)}.items()
    }


def _check_finite(predicted: np.ndarray, task: str, group: str) -> None:
    wrong = predicted[~np.isfinite(predicted)]
    if wrong.size:
        raise ValueError(
            f"Predictions of task {task!r} in group {group!r} should be finite "
            "numbers, or its cell would be missing; lower the learning rate of "
            f"the model that made them. Received: {wrong.size} of "
            f"{predicted.size} predictions, first prediction={wrong[0]}."
        )


def _means(
    cells: Mapping[tuple[str, str], float],
) -> dict[tuple[str, str], float]:
    """Returns the means over tasks, groups, and both, none weighing more."""
    values: dict[tuple[str, str], list[float]] = {}
    for (task, group), value in cells.items():
        for mean in (
            (task, ALL_GROUPS),
            (ALL_TASKS, group),
            (ALL_TASKS, ALL_GROUPS),
        ):
            values.setdefault(mean, []).append(value)
    return {mean: float(np.mean(each)) for mean, each in values.items()}
