"""Attention of a task over its own state and those of its neighbours."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers.each_vector import each_vector
from tfmtl.layers.seeds import seed_of


@keras.saving.register_keras_serializable("tfmtl")
class AdjacentAttention(keras.layers.Layer):
    """Weighs a task's state against those of the tasks beside it.

    Query, key and value of a state are dense layers with biases. Each state
    is scored by itself, as `InformationTransfer` does, or, if `cross`, by the
    query of the task whose turn it is:

        score[i] = sum(query[i] * key[i]) / sqrt(units)
        score[i] = sum(query[0] * key[i]) / sqrt(units)        if cross
        output   = sum over i of softmax(score)[i] * value[i]

    Args:
        cross: Whether the first state's query scores all states.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        states: `(batch, states, units)`, the task's own one first.

    Returns:
        Tensor of shape `(batch, units)`. `attention(states)` gives the weights
        alone, `(batch, states)`, each row summing to 1.

    Example:

    >>> attention = tfmtl.layers.AdjacentAttention()
    >>> attention(tf.ones((8, 2, 32))).shape
    TensorShape([8, 32])

    Reference:
        [Luo et al., 2023](https://doi.org/10.32604/iasc.2023.036622), sec. 3;
        scores after [Xi et al., 2021](https://arxiv.org/abs/2105.08489), eq.
        3-5.
    """

    def __init__(
        self, cross: bool = False, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.cross = cross
        self.seed = seed

    def build(self, states_shape: Any) -> None:
        self._query, self._key, self._value = (
            keras.layers.Dense(
                states_shape[-1],
                kernel_initializer=keras.initializers.GlorotUniform(
                    seed_of(number, self.seed)
                ),
                dtype=self.dtype_policy,
                name=name,
            )
            for number, name in enumerate(("query", "key", "value"))
        )
        for dense in (self._query, self._key, self._value):
            dense.build((None, states_shape[-1]))

    def attention(self, states: tf.Tensor) -> tf.Tensor:
        """Returns the weight of each state, `(batch, states)`."""
        asking = states[:, :1] if self.cross else states
        query = each_vector(self._query, asking)
        key = each_vector(self._key, states)
        scores = tf.reduce_sum(query * key, axis=-1) * states.shape[-1] ** -0.5
        return tf.nn.softmax(scores, axis=1)

    def call(self, states: tf.Tensor) -> tf.Tensor:
        weights = self.attention(states)[..., tf.newaxis]
        return tf.reduce_sum(weights * each_vector(self._value, states), axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cross": self.cross, "seed": self.seed}
