"""Recall by the best-scored share of the rows."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric
from tfmtl.metrics.precision_at_percent import hits_at_percent


@keras.saving.register_keras_serializable("tfmtl")
class RecallAtPercent(PooledMetric):
    """Share of the positives that the `percent` % scored highest contain.

    NaN where there are no positives.

    Args:
        percent: Share of the rows that is selected, in percent.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.RecallAtPercent(50)
    >>> metric.update_state([1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1])
    >>> metric.result()
    0.5

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.1.
    """

    def __init__(
        self,
        percent: float = 5.0,
        name: str = "recall_at_percent",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.percent = percent

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if labels.sum() == 0:
            return float("nan")
        hits, _ = hits_at_percent(labels, predictions, self.percent)
        return hits / float(labels.sum())

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "percent": self.percent}
