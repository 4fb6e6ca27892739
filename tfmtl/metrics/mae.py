"""Mean absolute error."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class MAE(PooledMetric):
    """Mean of `|prediction - label|`; NaN where there are no rows.

    It is on the scale of the label, which may be any number.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.MAE()
    >>> metric.update_state([-2.0, 1.0], [-1.0, 1.0])
    >>> metric.result()
    0.5
    """

    def __init__(self, name: str = "mae", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        errors = np.abs(predictions.astype(np.float64) - labels)
        return float(np.average(errors, weights=weights))
