"""Root of the mean squared error."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class RMSE(PooledMetric):
    """`sqrt(mean (prediction - label) ** 2)`; NaN where there are no rows.

    It is on the scale of the label, which may be any number, and counts a
    large error more than `MAE` does.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.RMSE()
    >>> metric.update_state([-2.0, 1.0, 0.0, 5.0], [0.0, 1.0, 0.0, 5.0])
    >>> metric.result()
    1.0
    """

    def __init__(self, name: str = "rmse", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        squares = (predictions.astype(np.float64) - labels) ** 2
        return float(np.sqrt(np.average(squares, weights=weights)))
