"""Precision among the best-scored share of the rows."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


def hits_at_percent(
    labels: np.ndarray, predictions: np.ndarray, percent: float
) -> tuple[float, int]:
    """Returns positives among the top rows, and the number of those rows.

    Args:
        labels: `(rows,)`, in {0, 1}.
        predictions: `(rows,)`; ties go to the earlier row.
        percent: Share of the rows, in percent; at least one row is taken.
    """
    count = max(1, int(np.floor(percent / 100 * len(labels))))
    top = np.argsort(-predictions, kind="stable")[:count]
    return float(labels[top].sum()), count


@keras.saving.register_keras_serializable("tfmtl")
class PrecisionAtPercent(PooledMetric):
    """Share of positives among the `percent` % of rows scored highest.

    Args:
        percent: Share of the rows that is selected, in percent.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.PrecisionAtPercent(50)
    >>> metric.update_state([1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1])
    >>> metric.result()
    0.5

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.1.
    """

    def __init__(
        self,
        percent: float = 5.0,
        name: str = "precision_at_percent",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.percent = percent

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if len(labels) == 0:
            return float("nan")
        hits, count = hits_at_percent(labels, predictions, self.percent)
        return hits / count

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "percent": self.percent}
