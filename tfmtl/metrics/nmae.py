"""Normalised mean absolute error of counts."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class NMAE(PooledMetric):
    """`sum |prediction - label| / sum label`; NaN where all labels are 0.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.NMAE()
    >>> metric.update_state([2.0, 2.0], [1.0, 2.0])
    >>> metric.result()
    0.25
    """

    def __init__(self, name: str = "nmae", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        total = float((labels * weights).sum(dtype=np.float64))
        if total == 0:
            return float("nan")
        errors = np.abs(predictions - labels) * weights
        return float(errors.sum(dtype=np.float64) / total)
