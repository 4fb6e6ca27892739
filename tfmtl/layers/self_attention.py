"""Attention of the rows of a matrix to one another."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers import attention
from tfmtl.layers.seeds import seed_of


@keras.saving.register_keras_serializable("tfmtl")
class SelfAttention(keras.layers.Layer):
    """Makes of each row of an example a weighted mean of all its rows.

    Rows are the fields of an example, say, or its tasks. Every head has
    kernels of its own, and its outputs stand side by side:

        score[i, j]  = (x[i] @ query) . (x[j] @ key)
        weight[i, j] = softmax over j of score[i, j] / sqrt(units / num_heads)
        output[i]    = sum over j of weight[i, j] * (x[j] @ value)

    There is no bias and no product after the heads. The result does not
    depend on the order of the rows. It equals that of
    `keras.layers.MultiHeadAttention` without bias and output projection, in
    less time for few rows.

    Args:
        units: Width of the output, all heads together.
        num_heads: Number of heads, a divisor of `units`.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, rows, width)`, the number of rows being known.
        present: Optional, `(batch, rows)`, True for the rows that may be read.
            Where there is none, all are.

    Returns:
        Tensor of shape `(batch, rows, units)`. `attention(inputs)` gives the
        weights alone, `(batch, heads, rows, rows)`, each row summing to 1.

    Raises:
        ValueError: If a size is not positive, or `units` does not split into
            `num_heads`.

    Example:

    >>> attention = tfmtl.layers.SelfAttention(16, num_heads=2)
    >>> attention(tf.ones((8, 5, 4))).shape
    TensorShape([8, 5, 16])

    Reference:
        [Song et al., 2019](https://arxiv.org/abs/1810.11921), eq. 5-7.
    """

    def __init__(
        self,
        units: int,
        num_heads: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        attention.check_heads(units, num_heads)
        self.units = units
        self.num_heads = num_heads
        self.seed = seed

    def build(self, input_shape: Any) -> None:
        self.query, self.key, self.value = (
            self.add_weight(
                name=name,
                shape=(input_shape[-1], self.units),
                initializer=keras.initializers.GlorotUniform(
                    seed_of(number, self.seed)
                ),
            )
            for number, name in enumerate(("query", "key", "value"))
        )

    def _weights(
        self, inputs: tf.Tensor, present: tf.Tensor | None = None
    ) -> tf.Tensor:
        _, rows, width = inputs.shape
        query, key = map(tf.convert_to_tensor, (self.query, self.key))
        to_keys = attention.to_keys(query, key, self.num_heads)
        queries = tf.matmul(
            tf.reshape(inputs, [-1, width]), tf.reshape(to_keys, [width, -1])
        )
        queries = tf.reshape(queries, [-1, rows * self.num_heads, width])
        scores = tf.matmul(queries, inputs, transpose_b=True)
        if present is not None:
            # Not infinite: with every row left out the softmax has to exist.
            least = tf.fill(tf.shape(scores), scores.dtype.min)
            readable = tf.cast(present, tf.bool)[:, tf.newaxis]
            scores = tf.where(readable, scores, least)
        return tf.nn.softmax(scores)

    def attention(
        self, inputs: tf.Tensor, present: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Returns the weights, `(batch, heads, rows, rows)`."""
        inputs = tf.cast(inputs, self.compute_dtype)
        return attention.by_head(self._weights(inputs, present), self.num_heads)

    def call(
        self, inputs: tf.Tensor, present: tf.Tensor | None = None
    ) -> tf.Tensor:
        return attention.weighted_values(
            self._weights(inputs, present),
            inputs,
            tf.convert_to_tensor(self.value),
            self.num_heads,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "num_heads": self.num_heads,
            "seed": self.seed,
        }
