"""The share of the Poisson deviance of counts that predictions explain."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class ExplainedDeviance(PooledMetric):
    """`1 - deviance of the predictions / deviance of the labels' mean`.

    The deviance is twice the mean of `label * log(label / prediction) - label
    + prediction`: up to what no model changes, the Poisson loss that models of
    counts are trained by. So it is the expected count that is best here, where
    errors without a square are least for the median. 1 is exact, 0 as good as
    the mean of all labels, and there is no worst value. NaN where all labels
    are alike.

    Args:
        least: Predictions below it count as it: a count that was held
            impossible would cost infinitely much.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.ExplainedDeviance()
    >>> metric.update_state([1.0, 3.0], [2.0, 2.0])
    >>> metric.result()
    0.0
    """

    def __init__(
        self, least: float = 1e-3, name: str = "explained", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.least = least

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        labels = labels.astype(np.float64)
        mean = np.average(labels, weights=weights)
        worst = _deviance(labels, np.full_like(labels, mean), weights)
        if not worst > 0:
            return float("nan")
        kept = np.maximum(predictions, self.least)
        return float(1 - _deviance(labels, kept, weights) / worst)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "least": self.least}


def _deviance(
    labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
) -> float:
    logs = np.zeros(len(labels))
    some = labels > 0
    logs[some] = labels[some] * np.log(labels[some] / predictions[some])
    each = logs - labels + predictions
    return float(np.average(each, weights=weights))
