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
        hidden: `(batch, units)`, the task's own state; or `(batch, pairs,
            units)` for many states, each pair with kernels of its own.
        information: Of the same shape, what the previous task hands on.

    Returns:
        Tensor of the shape of `hidden`. `attention(hidden, information)`
        gives the weights of the two alone, `(batch, 2)`, or `(batch, pairs,
        2)`.

    Raises:
        ValueError: If the two widths differ, or the numbers of pairs do.

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
        if tuple(information_shape[1:]) != tuple(hidden_shape[1:]):
            raise ValueError(
                "`hidden` and `information` should be pairs of states. "
                f"Received: hidden.shape={tuple(hidden_shape)}, "
                f"information.shape={tuple(information_shape)}."
            )
        names = ("query", "key", "value")
        self.query, self.key, self.value = (
            self.add_weight(
                name=name,
                shape=(*hidden_shape[1:-1], units, units),
                initializer=keras.initializers.RandomNormal(
                    0.0, 0.01, seed_of(number, self.seed)
                ),
                regularizer=self.kernel_regularizer,
            )
            for number, name in enumerate(names)
        )

    def _tokens(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        """Returns `(2, batch, units)`, or `(pairs, 2, batch, units)`."""
        # Keras casts only the first argument to the compute dtype.
        tokens = [hidden, tf.cast(information, hidden.dtype)]
        return tf.stack([_swapped(token) for token in tokens], axis=-3)

    def _projections(self, tokens: tf.Tensor) -> list[tf.Tensor]:
        """Returns query, key and value of each token, by one product."""
        weights = [self.query, self.key, self.value]
        kernel = tf.concat([weight.value for weight in weights], axis=-1)
        *pairs, _, _, units = tokens.shape
        # Broadcasting the kernel would make its gradient one per row.
        rows = tf.reshape(tokens, [*pairs, -1, units])
        products = tf.matmul(rows, tf.cast(kernel, tokens.dtype))
        products = tf.reshape(products, [*pairs, 2, -1, 3 * units])
        return tf.split(products, 3, axis=-1)

    def _weights(self, query: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        scale = query.shape[-1] ** -0.5
        scores = tf.reduce_sum(query * key, axis=-1) * scale
        return tf.nn.softmax(scores, axis=-2)

    def attention(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        """Returns the weights of the two tokens, `(batch, ..., 2)`."""
        hidden = tf.cast(hidden, self.compute_dtype)
        query, key, _ = self._projections(self._tokens(hidden, information))
        weights = tf.linalg.matrix_transpose(self._weights(query, key))
        return _swapped(weights)

    def call(self, hidden: tf.Tensor, information: tf.Tensor) -> tf.Tensor:
        tokens = self._tokens(hidden, information)
        query, key, value = self._projections(tokens)
        weights = self._weights(query, key)[..., tf.newaxis]
        return _swapped(tf.reduce_sum(weights * value, axis=-3))

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


def _swapped(tensor: tf.Tensor) -> tf.Tensor:
    """Returns the tensor with batch and pairs swapped if it has pairs."""
    return tf.transpose(tensor, [1, 0, 2]) if tensor.shape.rank == 3 else tensor
