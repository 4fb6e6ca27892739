"""The experts' outputs, mixed for each task by attention."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types


class TaskMixture(keras.layers.Layer):
    """Tells attentions by a trained view of each task for which task they mix.

        view[t]  = activation(dense(embedding of the task's number t))
        mixed[t] = attention[t](experts, view[t], scenario)

    Args:
        attentions: One for each task, or a single one for all of them.
        num_tasks: Number of tasks.
        task_dim: Width of the embedding of a task's number.
        activation: Activation of the views.
        seeds: Seeds of the embedding and of the dense layer.
        **kwargs: Keyword arguments of `keras.layers.Layer`.
    """

    def __init__(
        self,
        attentions: Sequence[layers.MetaAttention],
        num_tasks: int,
        task_dim: int,
        activation: types.ActivationLike,
        seeds: Sequence[int | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.attentions = list(attentions)
        self.activation = activation
        self.task = self.add_weight(
            name="task",
            shape=(num_tasks, task_dim),
            initializer=keras.initializers.RandomNormal(0.0, 0.01, seeds[0]),
        )
        self._dense_seed = seeds[1]

    def build(self, experts_shape: Any, scenario_shape: Any) -> None:
        self.view = layers.MLP(
            experts_shape[-1:],
            self.activation,
            seed=self._dense_seed,
            dtype=self.dtype_policy,
        )

    def call(self, experts: tf.Tensor, scenario: tf.Tensor) -> list[tf.Tensor]:
        """Returns what each attention mixes.

        Args:
            experts: `(batch, experts, units)`.
            scenario: `(batch, scenario_units)`.

        Returns:
            `(batch, units)` for each task, or one `(batch, tasks, units)`.
        """
        return [
            attention(experts, view, scenario)
            for attention, view in self._views(experts)
        ]

    def attention(
        self, experts: tf.Tensor, scenario: tf.Tensor
    ) -> list[tf.Tensor]:
        """Returns the weights of the experts, in the same form.

        Args:
            experts: As of `call`.
            scenario: As of `call`.
        """
        return [
            attention.attention(experts, view, scenario)
            for attention, view in self._views(experts)
        ]

    def _views(self, experts: tf.Tensor) -> list[Any]:
        """Returns the attentions, each with the tasks that it serves."""
        views = self.view(tf.convert_to_tensor(self.task))
        views = tf.repeat(views[tf.newaxis], tf.shape(experts)[0], axis=0)
        one = len(self.attentions) == 1
        groups = [views] if one else tf.unstack(views, axis=1)
        return list(zip(self.attentions, groups, strict=True))
