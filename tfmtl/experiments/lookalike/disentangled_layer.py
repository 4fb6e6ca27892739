"""A graph layer that sorts neighbours by why they are neighbours."""

from typing import Any

import keras
import tensorflow as tf


class DisentangledLayer(keras.layers.Layer):
    """Mixes each node with its neighbours, channel by channel.

    Each node has a unit vector in each of a few channels. A neighbour counts
    in the channels in which it is alike, which is found out in some rounds:

        z[n, k] = unit(relu(input[n] W[k] + b[k])),  c = z
        p[m, n] = softmax over k of z[m, k] · c[n, k]
        c[n, k] = unit(z[n, k] + sum over m joined to n of p[m, n, k] z[m, k])

    Args:
        units: Width of the output, all channels together.
        channels: Number of channels, a divisor of `units`.
        rounds: How often the neighbours are sorted.
        seed: Int that makes the initial weights repeatable.

    Call arguments:
        nodes: `(nodes, width)`.
        sources: Where each message is from, `(messages,)`.
        targets: Where it goes to, `(messages,)`.

    Reference:
        [Ma et al., 2019](https://proceedings.mlr.press/v97/ma19a.html).
    """

    def __init__(
        self, units: int, channels: int = 4, rounds: int = 3, seed: int = 0
    ) -> None:
        super().__init__()
        self.units = units
        self.channels = channels
        self.rounds = rounds
        self.dense = keras.layers.Dense(
            units,
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(seed),
        )

    def call(self, nodes: Any, sources: Any, targets: Any) -> tf.Tensor:
        """Returns the nodes mixed with their neighbours."""
        shape = [-1, self.channels, self.units // self.channels]
        own = _unit(tf.reshape(self.dense(nodes), shape))
        theirs = tf.gather(own, sources)
        state = own
        for _ in range(self.rounds):
            alike = tf.reduce_sum(theirs * tf.gather(state, targets), axis=2)
            shares = tf.nn.softmax(alike, axis=1)[:, :, tf.newaxis]
            heard = tf.math.unsorted_segment_sum(
                shares * theirs, targets, tf.shape(own)[0]
            )
            state = _unit(own + heard)
        return tf.reshape(state, [-1, self.units])


def _unit(vectors: tf.Tensor) -> tf.Tensor:
    return tf.math.l2_normalize(vectors, axis=2, epsilon=1e-6)
