"""A label that counts, or measures an amount."""

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import metrics
from tfmtl.tasks.task import Task
from tfmtl.tasks.task import is_finite


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class CountTask(Task):
    """Predicts a count, or another amount that is never negative.

        prediction = label_scale * link(score)
        loss       = rate - label / label_scale * log(rate), rate = link(score)

    The loss is the Poisson deviance up to a constant, negative for large
    counts. With the default link it is computed from the score, so that it
    keeps its gradient wherever the score is.

    Args:
        label_scale: What a label is divided by in the loss, and a prediction
            multiplied by: that of a task with large labels, so that its loss
            does not drown the others'. Metrics are on the scale of the label.
        link: None for the exponential, or an activation that Keras can save,
            such as `keras.activations.softplus`.

    Raises:
        ValueError: If the weight is no number, negative or not finite, or
            `label_scale` is not positive and finite.

    Example:

    >>> clicks = CountTask("clicks")
    >>> spend = CountTask("spend", label_scale=250.0)
    """

    label_values = "finite and not negative"

    label_scale: float = 1.0
    link: Callable[[tf.Tensor], tf.Tensor] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_finite(self.label_scale) or self.label_scale <= 0:
            raise ValueError(
                f"`label_scale` of task {self.name!r} should be a number, "
                "positive and finite; take the mean of the training labels, "
                f"say. Received: label_scale={self.label_scale!r}."
            )
        if self.link is not None:
            # As the class is frozen.
            function = keras.activations.get(self.link)
            object.__setattr__(self, "link", function)

    @property
    def loss_may_be_negative(self) -> bool:
        """Whether a row's loss may be below 0: yes."""
        return True

    def allows(self, labels: np.ndarray) -> np.ndarray:
        """Returns which labels are finite and not negative."""
        return super().allows(labels) & (labels >= 0)

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the scaled link; `exp` of a score held in [-15, 15]."""
        if self.link is not None:
            return self.label_scale * self.link(score)
        rate = tf.exp(tf.clip_by_value(score, -15.0, 15.0))
        prediction = self.label_scale * rate
        # As Keras does for the sigmoid: beyond 15 the rate has no gradient.
        prediction._log_rate = score
        return prediction

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the Poisson loss per row."""
        label = label / self.label_scale
        score = getattr(prediction, "_log_rate", None)
        if score is not None:
            rows = tf.nn.log_poisson_loss(label, score)
        else:
            rate = prediction / self.label_scale
            rows = rate - label * tf.math.log(tf.maximum(rate, 1e-7))
        return tf.reduce_mean(rows, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        link = keras.saving.serialize_keras_object(self.link)
        return {**super().get_config(), "link": link}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "CountTask":
        """Returns the task that `get_config` describes."""
        link = keras.saving.deserialize_keras_object(config.get("link"))
        return cls(**{**config, "link": link})

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns NMAE and SMAPE."""
        return [metrics.NMAE(), metrics.SMAPE()]
