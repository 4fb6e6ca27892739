"""The exact metrics of all tasks over one evaluation."""

import math
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
        """Returns `{task}_{metric}` for all, and the sum of the AUCs."""
        results = {}
        aucs = []
        for task, pooled in self._rows.items():
            rows = pooled.rows()
            for metric in self._metrics[task]:
                value = metric.compute(*rows)
                results[f"{task}_{metric.name}"] = value
                if isinstance(metric, metrics.AUC):
                    aucs.append(value)
        if aucs:
            results["auc_sum"] = math.fsum(aucs)
        return results
