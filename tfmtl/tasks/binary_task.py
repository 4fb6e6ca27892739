"""A label that is 0 or 1."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from tfmtl import metrics
from tfmtl.tasks.task import Task
from tfmtl.tasks.task import is_finite


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class BinaryTask(Task):
    """Predicts the probability of a label in {0, 1}.

    The loss is the cross-entropy. It is computed from the score rather than
    from the probability, so that confident mistakes keep their gradient,
    whenever the prediction comes straight from `activation` (or from a Keras
    layer with a sigmoid activation).

    Args:
        positive_weight: Factor of the loss of rows whose label is 1. Any but
            1 makes the predictions other than probabilities.

    Raises:
        ValueError: If a weight is no number, negative or not finite, or
            `positive_weight` is 0.

    Example:

    >>> click = BinaryTask("click")
    >>> purchase = BinaryTask("purchase", parent="click", weight=2.0)
    """

    label_values = "0 or 1"

    positive_weight: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_finite(self.positive_weight) or self.positive_weight <= 0:
            raise ValueError(
                f"`positive_weight` of task {self.name!r} should be a number, "
                "positive and finite. "
                f"Received: positive_weight={self.positive_weight!r}."
            )

    def allows(self, labels: np.ndarray) -> np.ndarray:
        """Returns which labels are 0 or 1."""
        return (labels == 0) | (labels == 1)

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns `sigmoid(score)`."""
        # Keras remembers the score on the result and its loss picks it up.
        return keras.activations.sigmoid(score)

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the cross-entropy per row."""
        rows = keras.losses.binary_crossentropy(label, prediction)
        if self.positive_weight == 1:
            return rows
        return rows * (1 + (self.positive_weight - 1) * label[:, 0])

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns exact AUC, log-loss and calibration error."""
        return [metrics.AUC(), metrics.LogLoss(), metrics.CalibrationError()]
