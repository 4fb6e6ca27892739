"""Exact area under the ROC curve."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric
from tfmtl.metrics.ties import tie_starts


@keras.saving.register_keras_serializable("tfmtl")
class AUC(PooledMetric):
    """The chance that a positive row is ranked above a negative one.

    Ties count one half (the Mann-Whitney statistic), over all rows since the
    last reset, not averaged over batches. NaN where there is one class only,
    or where a prediction is NaN.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Raises:
        ValueError: By `result`, if a label is neither 0 nor 1.

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
        _check_labels(labels[weights > 0])
        if np.isnan(predictions[weights > 0]).any():
            return float("nan")
        order = np.argsort(predictions, kind="stable")
        scores = predictions[order]
        positive = (labels * weights)[order].astype(np.float64)
        negative = ((1 - labels) * weights)[order].astype(np.float64)
        if positive.sum() == 0 or negative.sum() == 0:
            return float("nan")
        starts = tie_starts(scores)
        positives = np.add.reduceat(positive, starts)
        negatives = np.add.reduceat(negative, starts)
        below = np.cumsum(negatives) - negatives
        wins = positives @ (below + negatives / 2)
        return float(wins / (positives.sum() * negatives.sum()))


def _check_labels(labels: np.ndarray) -> None:
    wrong = labels[(labels != 0) & (labels != 1)]
    if wrong.size:
        raise ValueError(
            "The labels of AUC should be 0 or 1; map them to these, or give "
            f"the other rows a weight of 0. Received: label={wrong[0]}."
        )
