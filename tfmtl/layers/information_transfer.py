"""Attention over a task's own state and what the task before it hands on."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.seeds import seed_of


@keras.saving.register_keras_serializable("tfmtl")
class InformationTransfer(keras.layers.Layer):
    """Weighs a task's state against the information of the previous task.

    The two are the tokens `a[0]` and `a[1]` of the AIT unit. A token's score
    comes from its own query and key, so that there are two scores, not the
    2 x 2 matrix of `keras.layers.Attention`:

        score[i] = sum((a[i] @ query) * (a[i] @ key)) / sqrt(units)
        output   = sum over i of softmax(score)[i] * (a[i] @ value)

    The projections have no bias, and their `(units, units)` kernels start
    from a normal distribution with standard deviation 0.01.

    Args:
        kernel_regularizer: Optional regularizer of the three kernels.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        hidden: `(batch, units)`, the task's own state.
        information: `(batch, units)`, what the previous task hands on.

    Returns:
        Tensor of shape `(batch, units)`. `attention(hidden, information)`
        gives the weights of the two alone, `(batch, 2)`.

    Raises:
        ValueError: If the two widths differ.

    Example:

    >>> transfer = tfmtl.layers.InformationTransfer()
    >>> transfer(tf.ones((8, 32)), tf.ones((8, 32))).shape
    TensorShape([8, 32])

    Reference:
        [Xi et al., 2021](https://arxiv.org/abs/2105.08489), eq. 3-5.
    """

    def __init__(
        self,
        kernel_regularizer: types.RegularizerLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.seed = seed

    def build(self, hidden_shape: Any, information_shape: Any) -> None:
        units = hidden_shape[-1]
        if information_shape[-1] != units:
            raise ValueError(
                "`hidden` and `information` should have the same width; bring "
                "the information to it by a dense layer. "
                f"Received: widths {units} and {information_shape[-1]}."
            )
        names = ("query", "key", "value")
        self.query, self.key, self.value = (
            self.add_weight(
                name=name,
                shape=(units, units),
                initializer=keras.initializers.RandomNormal(
                    0.0, 0.01, seed_of(number, self.seed)
                ),
                regularizer=self.kernel_regularizer,
            )
            for number, name in enumerate(names)
        )

    def _tokens(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        # Keras casts only the first argument to the compute dtype.
        return tf.stack([hidden, tf.cast(information, hidden.dtype)], axis=1)

    def _attention(self, tokens: tf.Tensor) -> tf.Tensor:
        products = tf.matmul(tokens, self.query) * tf.matmul(tokens, self.key)
        scale = tokens.shape[-1] ** -0.5
        return tf.nn.softmax(tf.reduce_sum(products, axis=-1) * scale, axis=1)

    def attention(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        """Returns the weights of the two tokens, `(batch, 2)`."""
        hidden = tf.cast(hidden, self.compute_dtype)
        return self._attention(self._tokens(hidden, information))

    def call(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        tokens = self._tokens(hidden, information)
        weights = self._attention(tokens)[..., tf.newaxis]
        return tf.reduce_sum(weights * tf.matmul(tokens, self.value), axis=1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_regularizer": keras.regularizers.serialize(
                self.kernel_regularizer
            )
            if self.kernel_regularizer
            else None,
            "seed": self.seed,
        }
