"""A graph layer that takes the mean of the neighbours."""

from typing import Any

import keras
import tensorflow as tf


class MeanLayer(keras.layers.Layer):
    """Mixes each node with the mean of those it is joined to.

        output[n] = relu([input[n], mean over m joined to n of input[m]] W + b)

    A node without neighbours has a mean of 0.

    Args:
        units: Width of the output.
        seed: Int that makes the initial weights repeatable.

    Call arguments:
        nodes: `(nodes, width)`.
        sources: Where each message is from, `(messages,)`.
        targets: Where it goes to, `(messages,)`.

    Reference:
        [Hamilton et al., 2017](https://arxiv.org/abs/1706.02216), alg. 1.
    """

    def __init__(self, units: int, seed: int = 0) -> None:
        super().__init__()
        self.dense = keras.layers.Dense(
            units,
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(seed),
        )

    def call(self, nodes: Any, sources: Any, targets: Any) -> tf.Tensor:
        """Returns the nodes mixed with their neighbours."""
        mean = tf.math.unsorted_segment_mean(
            tf.gather(nodes, sources), targets, tf.shape(nodes)[0]
        )
        return self.dense(tf.concat([nodes, mean], axis=1))
