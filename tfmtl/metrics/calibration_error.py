"""How far probabilities are from frequencies."""

from typing import Any

import keras
import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric
from tfmtl.metrics.ties import tie_starts

NUM_BINS = 10


@keras.saving.register_keras_serializable("tfmtl")
class CalibrationError(PooledMetric):
    """Expected calibration error over ten bins of equal weight.

    The rows are sorted by prediction and cut into bins; the result is the
    mean over the rows of `|mean label - mean prediction|` of their bin. Bins
    hold equally many rows rather than equal ranges of probability, because
    all predictions of a rare task would fall into one range. A row may lie in
    two bins by halves, and rows of equal prediction share their labels, so
    that the order of the rows does not matter. NaN where there are no rows.

    Args:
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Example:

    >>> metric = tfmtl.metrics.CalibrationError()
    >>> metric.update_state([0.0, 1.0], [0.25, 0.5])
    >>> metric.result()
    0.375

    Reference:
        [Nixon et al., 2019](https://arxiv.org/abs/1904.01685), adaptive
        calibration error.
    """

    def __init__(self, name: str = "calibration_error", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if weights.sum() == 0:
            return float("nan")
        order = np.argsort(predictions, kind="stable")
        weight = weights[order].astype(np.float64)
        gaps = weight * (labels - predictions)[order]
        starts = tie_starts(predictions[order])
        places = _running_sum(np.add.reduceat(weight, starts))
        sums = _running_sum(np.add.reduceat(gaps, starts))
        num_bins = min(NUM_BINS, len(order))
        edges = np.linspace(0, places[-1], num_bins + 1)
        bins = np.diff(np.interp(edges, places, sums))
        return float(np.abs(bins).sum() / places[-1])


def _running_sum(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])
