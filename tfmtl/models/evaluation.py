"""The exact metrics of all tasks over one evaluation."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmtl import metrics
from tfmtl import types
from tfmtl.tasks import Task


class _Rows(metrics.PooledMetric):
    """The rows of one task, shared by all its metrics.

    They are kept while `is_open`. That is asked as a batch comes: a step that
    was traced by `test_on_batch` serves `evaluate` too.
    """

    is_open = False

    def compute(self, labels: Any, predictions: Any, weights: Any) -> float:
        return float(len(labels))

    def _append(self, rows: np.ndarray) -> None:
        if self.is_open:
            super()._append(rows)


class Evaluation:
    """Collects labels and predictions, and computes the tasks' metrics.

    It collects within its `with` block only.

    Args:
        tasks: Tasks to evaluate.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._rows = {task.name: _Rows() for task in tasks}
        self._metrics = {task.name: task.metrics() for task in tasks}
        self._left_out: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Names of the results, in order."""
        pairs = [
            (task, metric)
            for task, pooled in self._metrics.items()
            for metric in pooled
        ]
        names = [f"{task}_{metric.name}" for task, metric in pairs]
        if any(isinstance(metric, metrics.AUC) for _, metric in pairs):
            names.append("auc_sum")
        return names

    def __enter__(self) -> "Evaluation":
        """Begins without any rows."""
        self._reset(is_open=True)
        return self

    def __exit__(self, *error: object) -> None:
        """Forgets all rows: those of a large set take memory."""
        self._reset(is_open=False)

    def _reset(self, is_open: bool) -> None:
        for rows in self._rows.values():
            rows.reset_state()
            rows.is_open = is_open

    def update(
        self,
        labels: types.Tensors,
        predictions: types.Tensors,
        weights: dict[str, Any],
    ) -> None:
        """Adds one batch, or lets it pass outside of the `with` block."""
        for name, rows in self._rows.items():
            rows.update_state(labels[name], predictions[name], weights[name])

    def results(self) -> dict[str, float]:
        """Returns `{task}_{metric}` for all, and the sum of the AUCs.

        A task whose rows are of one class has no AUC and is left out of the
        sum, with a warning the first time.
        """
        results = {}
        aucs: list[float] = []
        one_class: set[str] = set()
        for task, pooled in self._rows.items():
            labels, predictions, weights = pooled.rows()
            for metric in self._metrics[task]:
                value = metric.compute(labels, predictions, weights)
                results[f"{task}_{metric.name}"] = value
                if not isinstance(metric, metrics.AUC):
                    continue
                # One that comes of predictions must not be hidden.
                if math.isnan(value) and not np.isnan(predictions).any():
                    one_class.add(task)
                else:
                    aucs.append(value)
        if aucs or one_class:
            results["auc_sum"] = math.fsum(aucs) if aucs else math.nan
        self._warn_of(one_class)
        return results

    def _warn_of(self, one_class: set[str]) -> None:
        """Warns of tasks that have no AUC, once of each."""
        new = sorted(one_class - self._left_out)
        if not new:
            return
        self._left_out.update(new)
        warnings.warn(
            "A task without rows of both classes has no AUC and is left out "
            "of `auc_sum`; evaluate on rows that have both. "
            f"Received: such tasks={new}.",
            stacklevel=3,
        )
