"""What each task reads out of the features (a module of MRAN)."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers import attention
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes


@keras.saving.register_keras_serializable("tfmtl")
class TaskFeatureAttention(keras.layers.Layer):
    """Gives every task a weighted mean of the features, of its own choice.

    A task is a trained vector, which queries the features:

        score[t, f]  = (task[t] @ query) . (x[f] @ key)
        weight[t, f] = softmax over f of score[t, f] / sqrt(units / num_heads)
        output[t]    = sum over f of weight[t, f] * (x[f] @ value)

    Every head has kernels of its own, and its outputs stand side by side.
    The order of the features is irrelevant.

    The paper's text could not be had: this is a reconstruction from its
    abstract and what others write of it.

    Args:
        num_tasks: Number of tasks.
        units: Width of the output and of the task vectors.
        num_heads: Number of heads, a divisor of `units`.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, features, width)`, the number of features known.

    Returns:
        Tensor of shape `(batch, tasks, units)`. `attention(inputs)` gives the
        weights alone, `(batch, heads, tasks, features)`, which sum to 1 over
        the features.

    Raises:
        ValueError: If a size is not positive, or `units` does not split into
            `num_heads`.

    Example:

    >>> attention = tfmtl.layers.TaskFeatureAttention(num_tasks=3, units=16)
    >>> attention(tf.ones((8, 18, 5))).shape
    TensorShape([8, 3, 16])

    Reference:
        [Zhao et al., 2019](https://doi.org/10.1145/3292500.3330861), as
        reconstructed.
    """

    def __init__(
        self,
        num_tasks: int,
        units: int,
        num_heads: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_sizes(num_tasks=num_tasks)
        attention.check_heads(units, num_heads)
        self.num_tasks = num_tasks
        self.units = units
        self.num_heads = num_heads
        self.seed = seed

    def build(self, input_shape: Any) -> None:
        width = input_shape[-1]
        inputs = {
            "task": self.num_tasks,
            "query": self.units,
            "key": width,
            "value": width,
        }
        self.task, self.query, self.key, self.value = (
            self.add_weight(
                name=name,
                shape=(size, self.units),
                initializer=keras.initializers.GlorotUniform(
                    seed_of(number, self.seed)
                ),
            )
            for number, (name, size) in enumerate(inputs.items())
        )

    def _weights(self, inputs: tf.Tensor) -> tf.Tensor:
        _, features, width = inputs.shape
        queries = tf.matmul(self.task, self.query)
        key = tf.convert_to_tensor(self.key)
        to_keys = attention.to_keys(queries, key, self.num_heads)
        kernel = tf.reshape(to_keys, [-1, width])
        rows = tf.reshape(inputs, [-1, width])
        scores = tf.matmul(rows, kernel, transpose_b=True)
        scores = tf.reshape(scores, [-1, features, kernel.shape[0]])
        return tf.nn.softmax(tf.transpose(scores, [0, 2, 1]))

    def attention(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the weights, `(batch, heads, tasks, features)`."""
        inputs = tf.cast(inputs, self.compute_dtype)
        return attention.by_head(self._weights(inputs), self.num_heads)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return attention.weighted_values(
            self._weights(inputs),
            inputs,
            tf.convert_to_tensor(self.value),
            self.num_heads,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_tasks": self.num_tasks,
            "units": self.units,
            "num_heads": self.num_heads,
            "seed": self.seed,
        }
