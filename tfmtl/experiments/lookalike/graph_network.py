"""Vectors of users, from their features and from what they responded to."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import layers
from tfmtl import optimizers
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.user_graph import UserGraph

_STRANGERS = 4  # for each edge, to tell it from


class GraphNetwork(keras.Model):
    """Graph layers on users and campaigns, each node choosing its depth.

        h[0] = dense(embedding of the user's features), or the campaign's row
        h[l] = layer[l](h[l - 1])
        output = sum over l of softmax(gate(h[0], h[1], ...))[l] * h[l]

    It is trained to predict edges: of a batch of edges, which are taken out
    of the graph for that step, the product of both nodes' vectors should be
    high, and low for users who have not responded to the campaign. A user
    without an edge has a vector by its features alone.

    Args:
        past: Past campaigns.
        units: Width of the vectors.
        make_layers: A maker for each layer, called with `units` and a `seed`.
        seed: Seed of weights and draws.
    """

    def __init__(
        self,
        past: PastCampaigns,
        units: int,
        make_layers: Sequence[Callable[..., keras.layers.Layer]],
        seed: int,
    ) -> None:
        super().__init__(autocast=False)
        seeds = np.random.SeedSequence(seed).generate_state(
            len(make_layers) + 4
        )
        first, *rest = map(int, seeds)
        self.graph = UserGraph(past)
        self.encoder = layers.FeatureConcatenation(
            past.population.user_features, seed=first
        )
        self.dense = keras.layers.Dense(
            units, kernel_initializer=keras.initializers.GlorotUniform(rest[0])
        )
        self.campaigns = self.add_weight(
            name="campaigns",
            shape=(len(past.campaigns), units),
            initializer=keras.initializers.GlorotUniform(rest[1]),
        )
        self.offset = self.add_weight(
            name="offset", shape=(), initializer="zeros"
        )
        self.gate = keras.layers.Dense(
            len(make_layers) + 1,
            activation="softmax",
            kernel_initializer=keras.initializers.GlorotUniform(rest[2]),
        )
        self.graph_layers = [
            make(units, seed=own)
            for make, own in zip(make_layers, rest[3:], strict=True)
        ]
        everyone = past.population.users(np.arange(self.graph.num_users))
        self._everyone = {k: tf.constant(v) for k, v in everyone.items()}
        self._draw = np.random.default_rng(seed)

    def call(self, sources: Any, targets: Any) -> tf.Tensor:
        """Returns the vectors of all nodes, `(nodes, units)`.

        Args:
            sources: Where each message is from, `(messages,)`.
            targets: Where it goes to, `(messages,)`.
        """
        users = self.dense(self.encoder(self._everyone))
        states = [tf.concat([users, self.campaigns.value], axis=0)]
        for layer in self.graph_layers:
            states.append(layer(states[-1], sources, targets))
        depths = self.gate(tf.concat(states, axis=1))
        return tf.einsum("nl,nlu->nu", depths, tf.stack(states, axis=1))

    def predict_edges(self, learning_rate: float, batch_size: int) -> None:
        """Trains for one epoch of the edges.

        Args:
            learning_rate: Learning rate of `LazyAdam`.
            batch_size: Edges of a batch.
        """
        graph = self.graph
        optimizer = optimizers.LazyAdam(learning_rate)
        self(*graph.links(np.arange(1)))  # creates the weights
        optimizer.build(self.trainable_variables)
        numbers = tf.TensorSpec([None], tf.int64)
        step = tf.function(
            lambda *places: self._step(optimizer, *places),
            input_signature=[numbers] * 5,
        )
        order = self._draw.permutation(len(graph))
        for start in range(0, len(graph), batch_size):
            batch = order[start : start + batch_size]
            is_kept = np.ones(len(graph), bool)
            is_kept[batch] = False
            users, campaigns = graph.users[batch], graph.campaigns[batch]
            others = graph.strangers(np.tile(campaigns, _STRANGERS), self._draw)
            step(
                *graph.links(is_kept),
                np.concatenate([users, others[0]]),
                np.concatenate([campaigns, others[1]]),
                np.int64(np.arange(len(batch) + len(others[0])) < len(batch)),
            )

    def user_vectors(self) -> np.ndarray:
        """Returns the vectors of all users, by all edges."""
        links = self.graph.links(np.arange(len(self.graph)))
        return np.asarray(self(*links))[: self.graph.num_users]

    def _step(
        self,
        optimizer: Any,
        sources: tf.Tensor,
        targets: tf.Tensor,
        users: tf.Tensor,
        campaigns: tf.Tensor,
        labels: tf.Tensor,
    ) -> None:
        with tf.GradientTape() as tape:
            nodes = self(sources, targets)
            product = tf.gather(nodes, users) * tf.gather(nodes, campaigns)
            scores = tf.reduce_sum(product, axis=1) + self.offset
            loss = tf.reduce_mean(
                tf.nn.sigmoid_cross_entropy_with_logits(
                    tf.cast(labels, scores.dtype), scores
                )
            )
        variables = self.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
