"""Attention over experts by weights that the scenario generates."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers.each_vector import each_vector
from tfmtl.layers.meta_unit import MetaUnit
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes


@keras.saving.register_keras_serializable("tfmtl")
class MetaAttention(keras.layers.Layer):
    """Mixes experts for a task as the scenario asks for.

        score[i] = meta_unit([expert[i], task], scenario) @ vector
        weight   = softmax over the experts of score
        output   = sum over i of weight[i] * expert[i]

    Args:
        unit: `MetaUnit` whose options are taken; None for its defaults. With
            `MetaUnit(1, generated=False)` all scenarios weigh alike.
        units: Width that `[expert, task]` is brought to, by a kernel, before
            the unit reads it; None to leave it as it is. The weights of the
            unit grow with the square of this width.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        experts: `(batch, experts, units)`.
        task: `(batch, task_units)`, or `(batch, tasks, task_units)` for
            several tasks by one unit.
        scenario: `(batch, scenario_units)`, what is known of the scenario.

    Returns:
        Tensor of shape `(batch, units)`, or `(batch, tasks, units)`.
        `attention(...)` gives the weights alone, `(batch, experts)` or
        `(batch, tasks, experts)`, each row summing to 1.

    Raises:
        ValueError: If `units` is not positive.

    Example:

    >>> attention = tfmtl.layers.MetaAttention()
    >>> experts, task = tf.ones((8, 4, 32)), tf.ones((8, 6))
    >>> attention(experts, task, tf.ones((8, 16))).shape
    TensorShape([8, 32])

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), eq. 14-16; the
        softmax is over the experts.
    """

    def __init__(
        self,
        unit: MetaUnit | None = None,
        *,
        units: int | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if units is not None:
            check_sizes(units=units)
        self.units = units
        self.seed = seed
        self.unit = (unit or MetaUnit()).like(
            name="unit", seed=seed_of(2, seed), dtype=self.dtype_policy
        )
        if units is not None:
            self.projection = keras.layers.Dense(
                units,
                use_bias=False,
                kernel_initializer=keras.initializers.GlorotUniform(
                    seed_of(0, seed)
                ),
                dtype=self.dtype_policy,
            )

    def build(
        self, experts_shape: Any, task_shape: Any, scenario_shape: Any
    ) -> None:
        width = experts_shape[-1] + task_shape[-1]
        if self.units is not None:
            self.projection.build((None, width))
            width = self.units
        self.vector = self.add_weight(
            name="vector",
            shape=(width, 1),
            initializer=keras.initializers.GlorotUniform(seed_of(1, self.seed)),
        )
        self.unit.build((None, None, width), scenario_shape)

    def _weights(
        self, experts: tf.Tensor, task: tf.Tensor, scenario: tf.Tensor
    ) -> tf.Tensor:
        """Returns `(batch, tasks, experts)`; `task` has an axis of tasks."""
        count, num_tasks = experts.shape[1], task.shape[1]
        pairs = tf.concat(
            [
                tf.repeat(experts[:, tf.newaxis], num_tasks, axis=1),
                tf.repeat(task[:, :, tf.newaxis], count, axis=2),
            ],
            axis=-1,
        )
        width = pairs.shape[-1]
        hidden = tf.reshape(pairs, [-1, num_tasks * count, width])
        if self.units is not None:
            hidden = each_vector(self.projection, hidden)
        hidden = self.unit(hidden, scenario)
        scores = tf.matmul(
            tf.reshape(hidden, [-1, hidden.shape[-1]]), self.vector
        )
        return tf.nn.softmax(tf.reshape(scores, [-1, num_tasks, count]))

    def attention(
        self, experts: tf.Tensor, task: tf.Tensor, scenario: tf.Tensor
    ) -> tf.Tensor:
        """Returns the weights of the experts."""
        experts = tf.cast(experts, self.compute_dtype)
        task = tf.cast(task, self.compute_dtype)
        if task.shape.rank == 3:
            return self._weights(experts, task, scenario)
        return self._weights(experts, task[:, tf.newaxis], scenario)[:, 0]

    def call(
        self, experts: tf.Tensor, task: tf.Tensor, scenario: tf.Tensor
    ) -> tf.Tensor:
        weights = self.attention(experts, task, scenario)
        if weights.shape.rank == 3:
            return tf.matmul(weights, experts)
        return tf.matmul(weights[:, tf.newaxis], experts)[:, 0]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "unit": keras.saving.serialize_keras_object(self.unit),
            "units": self.units,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MetaAttention":
        unit = keras.saving.deserialize_keras_object(config["unit"])
        return cls(**{**config, "unit": unit})
