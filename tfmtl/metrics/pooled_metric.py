"""The base of metrics that need all rows at once."""

import abc
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import types


class PooledMetric(keras.metrics.Metric, abc.ABC):
    """Keeps every row until the result is asked for, so that it is exact.

    Rank statistics cannot be averaged over batches, and histograms of them
    are wrong on rare labels: 200 thresholds gave 0.500 where the exact AUC of
    a rare task was 0.740. A row takes 12 bytes of host memory.

    The rows are kept by the host, so that replicas on one machine share them.
    Not for TPUs: there, call `predict` and then `compute`.

    A subclass writes `compute`.

    Args:
        name: Optional name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.
    """

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self._batches: list[np.ndarray] = []

    @abc.abstractmethod
    def compute(
        self,
        labels: np.ndarray,
        predictions: np.ndarray,
        weights: np.ndarray,
    ) -> float:
        """Returns the metric of all rows; each argument is `(rows,)`."""

    def update_state(
        self,
        y_true: types.TensorLike,
        y_pred: types.TensorLike,
        sample_weight: types.TensorLike | None = None,
    ) -> None:
        y_pred = tf.reshape(tf.cast(y_pred, tf.float32), [-1])
        y_true = tf.reshape(tf.cast(y_true, tf.float32), [-1])
        weight = tf.ones_like(y_pred)
        if sample_weight is not None:
            weight *= tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
        rows = tf.stack([y_true, y_pred, weight])
        tf.numpy_function(self._append, [rows], [])

    def _append(self, rows: np.ndarray) -> None:
        self._batches.append(rows.copy())  # TensorFlow reuses the memory

    def rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns labels, predictions and weights of weighted rows."""
        if not self._batches:
            empty = np.zeros(0, np.float32)
            return empty, empty, empty
        self._batches = [np.concatenate(self._batches, axis=1)]
        labels, predictions, weights = self._batches[0]
        kept = weights > 0
        return labels[kept], predictions[kept], weights[kept]

    def result(self) -> float:
        return self.compute(*self.rows())

    def reset_state(self) -> None:
        self._batches = []
