"""A label to predict, with its activation, loss and metrics."""

import abc
import dataclasses
import math
import numbers
from typing import Any

import numpy as np
import tensorflow as tf

from tfmtl import metrics
from tfmtl.configurable import Configurable


def is_finite(value: Any) -> bool:
    """Returns whether a value is a number, and neither NaN nor infinite."""
    return isinstance(value, numbers.Real) and math.isfinite(value)


@dataclasses.dataclass(frozen=True)
class Task(Configurable, abc.ABC):
    """What the tasks have in common.

    Args:
        name: Name of the label and of the model's output.
        parent: Name of the task that must succeed first, which makes a
            funnel: a row's label cannot be 1 where the parent's is 0.
        weight: Factor of the task's loss in the total.
        sample_space: None to learn from every row. Otherwise the name of a
            binary task: only the rows whose label of that task is 1 count in
            this task's loss and metrics (a conversion rate on clicked rows,
            say).

    Raises:
        ValueError: If the name is no text, or the weight is no number,
            negative or not finite.
    """

    label_values = "finite"  # what `allows` asks for, in messages

    name: str
    parent: str | None = None
    weight: float = 1.0
    sample_space: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(
                "The `name` of a task should be a text, that of its label. "
                f"Received: name={self.name!r}."
            )
        if not is_finite(self.weight) or self.weight < 0:
            raise ValueError(
                f"`weight` of task {self.name!r} should be a number, finite "
                f"and not negative. Received: weight={self.weight!r}."
            )

    @property
    def loss_may_be_negative(self) -> bool:
        """Whether a row's loss may be below 0."""
        return False

    def allows(self, labels: np.ndarray) -> np.ndarray:
        """Returns which labels the task can learn from and be judged by."""
        return np.isfinite(labels)

    @abc.abstractmethod
    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the prediction that a raw score stands for."""

    @abc.abstractmethod
    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the loss per row, `(batch,)`, of `(batch, 1)` inputs."""

    @abc.abstractmethod
    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns new metrics; their names become `{task}_{metric}`."""
