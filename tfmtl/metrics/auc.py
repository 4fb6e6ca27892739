"""Exact area under the ROC curve."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


@keras.saving.register_keras_serializable("tfmtl")
class AUC(PooledMetric):
    """The chance that a positive row is ranked above a negative one.

    Ties count one half (the Mann-Whitney statistic), over all rows since the
    last reset, not averaged over batches. NaN where there is one class only.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.AUC()
    >>> metric.update_state([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> metric.result()
    0.875

    Reference:
        Fawcett, 2006, An introduction to ROC analysis, sec. 7.
    """

    def __init__(self, name: str = "auc", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        order = np.argsort(predictions, kind="stable")
        scores = predictions[order]
        positive = (labels * weights)[order].astype(np.float64)
        negative = ((1 - labels) * weights)[order].astype(np.float64)
        if positive.sum() == 0 or negative.sum() == 0:
            return float("nan")
        starts = np.flatnonzero(np.diff(scores, prepend=-np.inf))
        positives = np.add.reduceat(positive, starts)
        negatives = np.add.reduceat(negative, starts)
        below = np.cumsum(negatives) - negatives
        wins = positives @ (below + negatives / 2)
        return float(wins / (positives.sum() * negatives.sum()))
