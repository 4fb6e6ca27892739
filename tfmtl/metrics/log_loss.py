"""Cross-entropy of probabilities."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class LogLoss(PooledMetric):
    """Mean of `-label * log(p) - (1 - label) * log(1 - p)`.

    Probabilities are held in [1e-7, 1 - 1e-7]. NaN where there are no rows.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.LogLoss()
    >>> metric.update_state([1.0, 0.0], [0.5, 0.5])
    >>> round(metric.result(), 4)
    0.6931
    """

    def __init__(self, name: str = "log_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        p = np.clip(predictions.astype(np.float64), 1e-7, 1 - 1e-7)
        losses = -labels * np.log(p) - (1 - labels) * np.log1p(-p)
        return float(np.average(losses, weights=weights))
