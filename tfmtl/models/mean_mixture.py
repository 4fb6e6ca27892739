"""The experts' outputs, the same mean for every task."""

from typing import Any

import keras
import tensorflow as tf


class MeanMixture(keras.layers.Layer):
    """Takes the place of a `TaskMixture` in a model without attention.

    Args:
        num_tasks: Number of tasks.
        shared: Whether all tasks are wanted in one tensor.
        **kwargs: Keyword arguments of `keras.layers.Layer`.
    """

    def __init__(self, num_tasks: int, shared: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_tasks = num_tasks
        self.shared = shared

    def call(self, experts: tf.Tensor, scenario: tf.Tensor) -> list[tf.Tensor]:
        """Returns the mean, as often as there are towers.

        Args:
            experts: `(batch, experts, units)`.
            scenario: Not needed.
        """
        return self._repeated(tf.reduce_mean(experts, axis=1))

    def attention(
        self, experts: tf.Tensor, scenario: tf.Tensor
    ) -> list[tf.Tensor]:
        """Returns equal weights of the experts, in the same form.

        Args:
            experts: As of `call`.
            scenario: Not needed.
        """
        return self._repeated(tf.ones_like(experts[..., 0]) / experts.shape[1])

    def _repeated(self, same: tf.Tensor) -> list[tf.Tensor]:
        if not self.shared:
            return [same] * self.num_tasks
        return [tf.repeat(same[:, tf.newaxis], self.num_tasks, axis=1)]
