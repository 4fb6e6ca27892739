"""The running means of the losses that `fit` and `evaluate` log."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl.losses import JointLoss


class LossMeans:
    """Means over rows of the total and of each task's loss.

    Args:
        names: Names of the tasks.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._total = keras.metrics.Mean("loss")
        self._tasks = {n: keras.metrics.Mean(f"{n}_loss") for n in names}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """All means, the total first."""
        return [self._total, *self._tasks.values()]

    def update(self, loss: JointLoss, data: Any) -> dict[str, tf.Tensor]:
        """Adds one batch, and returns the means by name.

        Args:
            loss: Loss of the batch, a mean over its rows.
            data: The batch. It weighs as much as it has rows: the last one is
                smaller, as a rule.
        """
        rows = tf.shape(tf.nest.flatten(data)[0])[0]
        self._total.update_state(loss.shown, rows)
        for name, mean in self._tasks.items():
            mean.update_state(loss.tasks[name], rows)
        return {mean.name: mean.result() for mean in self.metrics}
