"""Self-attention over the steps of a sequence, and their pooling."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers import sequence_pooling
from tfmtl.layers.attention import check_heads
from tfmtl.layers.each_vector import each_vector
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.self_attention import SelfAttention
from tfmtl.layers.sizes import check_flags

Pooling = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@keras.saving.register_keras_serializable("tfmtl")
class SequenceAttention(keras.layers.Layer):
    """Lets the steps of a sequence read each other, and makes one vector.

        x      = [inputs, position]        a trained vector of each position
        heads  = self_attention(x)         among the steps that there are
        output = pooling(heads @ output_kernel)

    There is no residual, no normalisation and no dense layer after it. Steps
    that are not there are neither read nor pooled: what their inputs
    are does not matter. Where there is no step at all the output is 0.

    Args:
        units: Width of a step's output, all heads together.
        num_heads: Number of heads, a divisor of `units`.
        position_dim: Width of the trained vectors of the positions; 0 for
            none.
        position_stddev: Standard deviation of their initial values. Near 0
            all steps look alike to the attention, which then learns for a
            long time before it tells one day from another.
        attention: Whether steps read each other; without, the inputs are
            pooled as they are, and neither position nor kernel is there.
        pooling: Function of steps and `present`: `flatten`, `mean` or `last` of
            `tfmtl.layers.sequence_pooling`, or one's own that Keras can
            save. Defaults to `flatten`.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, length, width)`, the length being known.
        present: Optional, `(batch, length)`, True for the steps that there are.

    Returns:
        Tensor of shape `(batch, length * units)`, or whatever width `pooling`
        gives.

    Raises:
        ValueError: If a size is not positive, `position_dim` is negative,
            `units` does not split into `num_heads`, `attention` is no flag or
            `pooling` no function.

    Example:

    >>> attention = tfmtl.layers.SequenceAttention(16)
    >>> attention(tf.ones((8, 40, 5))).shape
    TensorShape([8, 640])

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), eq. 2; of the
        paper's bracket `softmax(Q K^T / sqrt(d) V)`, the usual
        `softmax(Q K^T / sqrt(d)) V` is computed.
    """

    def __init__(
        self,
        units: int = 64,
        num_heads: int = 2,
        *,
        position_dim: int = 16,
        position_stddev: float = 0.5,
        attention: bool = True,
        pooling: Pooling | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_heads(units, num_heads)
        check_flags(attention=attention)
        if position_dim < 0:
            raise ValueError(
                "`position_dim` should not be negative; 0 is for none. "
                f"Received: position_dim={position_dim!r}."
            )
        if pooling is not None and not callable(pooling):
            raise ValueError(
                "`pooling` should be a function, such as "
                "tfmtl.layers.sequence_pooling.mean. "
                f"Received: pooling={pooling!r}."
            )
        self.units = units
        self.num_heads = num_heads
        self.position_dim = position_dim
        self.position_stddev = position_stddev
        self.attention = attention
        self.pooling = pooling or sequence_pooling.flatten
        self.seed = seed
        if attention:
            self.self_attention = SelfAttention(
                units, num_heads, seed=seed, dtype=self.dtype_policy
            )

    def build(self, inputs_shape: Any, present_shape: Any = None) -> None:
        if not self.attention:
            return
        length, width = inputs_shape[1:]
        # The attention has drawn from the first three seeds.
        if self.position_dim:
            self.position = self.add_weight(
                name="position",
                shape=(length, self.position_dim),
                initializer=keras.initializers.RandomNormal(
                    0.0, self.position_stddev, seed_of(3, self.seed)
                ),
            )
        self.output_kernel = self.add_weight(
            name="output_kernel",
            shape=(self.units, self.units),
            initializer=keras.initializers.GlorotUniform(seed_of(4, self.seed)),
        )
        self.self_attention.build((None, length, width + self.position_dim))

    def call(
        self, inputs: tf.Tensor, present: tf.Tensor | None = None
    ) -> tf.Tensor:
        # Not named `mask`, which Keras would take for one of its own.
        if present is None:
            present = tf.ones(tf.shape(inputs)[:2])
        present = tf.cast(present, tf.bool)
        if self.attention:
            steps = self.self_attention(self._positioned(inputs), present)
            kernel = tf.convert_to_tensor(self.output_kernel)
            steps = each_vector(functools.partial(tf.matmul, b=kernel), steps)
        else:
            steps = inputs
        steps = tf.where(present[..., tf.newaxis], steps, tf.zeros_like(steps))
        return self.pooling(steps, present)

    def _positioned(self, inputs: tf.Tensor) -> tf.Tensor:
        if not self.position_dim:
            return inputs
        position = tf.convert_to_tensor(self.position)
        shape = [tf.shape(inputs)[0], *position.shape]
        return tf.concat([inputs, tf.broadcast_to(position, shape)], axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "num_heads": self.num_heads,
            "position_dim": self.position_dim,
            "position_stddev": self.position_stddev,
            "attention": self.attention,
            "pooling": keras.saving.serialize_keras_object(self.pooling),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SequenceAttention":
        pooling = keras.saving.deserialize_keras_object(config["pooling"])
        return cls(**{**config, "pooling": pooling})
