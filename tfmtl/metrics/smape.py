"""Symmetric mean absolute percentage error of counts."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class SMAPE(PooledMetric):
    """Mean of `|prediction - label| / ((prediction + label) / 2)`, in [0, 2].

    0/0 counts as 0. A prediction that is always positive scores 2 on every
    row with label 0, so predictions below `zero_below` are taken as 0. NaN
    where there are no rows, or where a prediction is NaN.

    Args:
        zero_below: Predictions below it count as 0. 0.0 switches that off.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.SMAPE()
    >>> metric.update_state([0.0, 3.0], [0.2, 1.0])
    >>> metric.result()
    0.5
    """

    def __init__(
        self, zero_below: float = 0.5, name: str = "smape", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.zero_below = zero_below

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        kept = np.where(predictions < self.zero_below, 0.0, predictions)
        scale = (kept + labels) / 2
        errors = np.abs(kept - labels)
        ratios = np.divide(
            errors, scale, out=np.zeros_like(errors), where=scale != 0
        )
        return float(np.average(ratios, weights=weights))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "zero_below": self.zero_below}
