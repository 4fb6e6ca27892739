"""Linear combinations of the hidden states of parallel networks."""

import math
from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tfmtl")
class CrossStitch(keras.layers.Layer):
    """Mixes the states of all tasks by a matrix of trained numbers.

    The state of a task becomes a weighted sum of the states of all tasks at
    the same depth,

        output[b, t] = sum over s of matrix[t, s] * inputs[b, s]

    with one number per pair of tasks, or, if `per_channel`, one per pair and
    unit. The matrix starts at 0.9 on the diagonal and 0.1 / (T - 1) beside it,
    so that a task begins with mostly its own state; a single task passes
    through at 1.

    What is trained is `matrix / learning_rate_multiplier`, with the gradient
    of the matrix: under SGD as under Adam, a step moves the matrix by
    `learning_rate_multiplier` times what it would move it otherwise.

    Args:
        per_channel: Whether every unit has numbers of its own.
        learning_rate_multiplier: How many times faster the matrix is to learn
            than other weights; the paper takes some 100 to 1000.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, tasks, units)`.

    Returns:
        Tensor of the shape of `inputs`. `matrix()` gives the weights of the
        sum, `(tasks, tasks)` or `(tasks, tasks, units)`.

    Raises:
        ValueError: If the multiplier is not positive and finite, or the
            inputs have other than three axes.

    Example:

    >>> tfmtl.layers.CrossStitch()(tf.constant([[[1.0], [0.0]]])).numpy()
    array([[[0.9],
            [0.1]]], dtype=float32)

    Reference:
        [Misra et al., 2016](https://arxiv.org/abs/1604.03539), sec. 3,
        eq. 1.
    """

    def __init__(
        self,
        per_channel: bool = False,
        learning_rate_multiplier: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not 0 < learning_rate_multiplier < math.inf:
            raise ValueError(
                "`learning_rate_multiplier` should be positive and finite. "
                "Received: "
                f"learning_rate_multiplier={learning_rate_multiplier!r}."
            )
        self.per_channel = per_channel
        self.learning_rate_multiplier = learning_rate_multiplier

    def build(self, input_shape: Any) -> None:
        if len(input_shape) != 3:
            raise ValueError(
                "The inputs should have shape (batch, tasks, units); stack "
                "the states of the tasks on axis 1. "
                f"Received: inputs.shape={tuple(input_shape)}."
            )
        _, tasks, units = input_shape
        self.kernel = self.add_weight(
            name="kernel",
            shape=(tasks, tasks, units) if self.per_channel else (tasks, tasks),
            initializer=_MostlyOwn(self.learning_rate_multiplier),
        )

    def matrix(self) -> tf.Tensor:
        """Returns the weights of the sum."""
        kernel = tf.convert_to_tensor(self.kernel)
        rest = (self.learning_rate_multiplier - 1.0) * kernel
        return kernel + tf.stop_gradient(rest)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        if self.per_channel:
            return tf.einsum("tsu,bsu->btu", self.matrix(), inputs)
        # One product over all rows; TensorFlow drops the transpositions
        # where `Experts` stand before and behind.
        _, tasks, units = inputs.shape
        states = tf.reshape(tf.transpose(inputs, [1, 0, 2]), [tasks, -1])
        mixed = tf.matmul(self.matrix(), states)
        return tf.transpose(tf.reshape(mixed, [tasks, -1, units]), [1, 0, 2])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "per_channel": self.per_channel,
            "learning_rate_multiplier": self.learning_rate_multiplier,
        }


class _MostlyOwn(keras.initializers.Initializer):
    """0.9 for a task's own state, 0.1 shared by the others; divided."""

    def __init__(self, divisor: float) -> None:
        self.divisor = divisor

    def __call__(self, shape: Any, dtype: Any = None) -> tf.Tensor:
        tasks = shape[0]
        own, other = (0.9, 0.1 / (tasks - 1)) if tasks > 1 else (1.0, 0.0)
        same = tf.eye(tasks, dtype=dtype)
        matrix = own * same + other * (1 - same)
        if len(shape) == 3:
            matrix = tf.repeat(matrix[..., tf.newaxis], shape[2], axis=2)
        return matrix / self.divisor
