"""The running means of the losses that `fit` and `evaluate` log."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfmtl.losses import JointLoss


class LossMeans:
    """Means over rows of each task's loss, and their sum with the rest.

    They are the same whatever the size of the batches: a task's mean counts
    by the weights of the rows that the task has in the batch.

    Args:
        weights: Fixed weights of the tasks, by name.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._total = _Total(self._weighted_sum)
        self._tasks = {n: keras.metrics.Mean(f"{n}_loss") for n in weights}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """All means, the total first."""
        return [self._total, *self._tasks.values()]

    def update(self, loss: JointLoss, data: Any) -> dict[str, tf.Tensor]:
        """Adds one batch, and returns the means by name.

        Args:
            loss: Loss of the batch, in means over its rows.
            data: The batch. What is added to the tasks' losses weighs as much
                as the batch has rows: the last one is smaller, as a rule.
        """
        rows = tf.shape(tf.nest.flatten(data)[0])[0]
        self._total.update_state(loss.rest, rows)
        for name, mean in self._tasks.items():
            mean.update_state(loss.tasks[name], loss.rows[name])
        return {mean.name: mean.result() for mean in self.metrics}

    def _weighted_sum(self) -> tf.Tensor:
        """Returns the sum of the tasks' means by their weights."""
        return tf.add_n(
            [w * self._tasks[n].result() for n, w in self._weights.items()]
        )


class _Total(keras.metrics.Mean):
    """The mean of what is added to the tasks' losses, and their sum.

    Args:
        weighted_sum: Returns the sum of the tasks' means.
    """

    def __init__(self, weighted_sum: Callable[[], tf.Tensor]) -> None:
        super().__init__("loss")
        self._weighted_sum = weighted_sum

    def result(self) -> tf.Tensor:
        """Returns the total."""
        return self._weighted_sum() + super().result()
