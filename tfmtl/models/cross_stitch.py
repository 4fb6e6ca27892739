"""Parallel networks that exchange their hidden states."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import rates_of
from tfmtl.layers.sizes import units_of
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task


# The layer of this name stands under "tfmtl>CrossStitch" already.
@keras.saving.register_keras_serializable("tfmtl", "CrossStitchModel")
class CrossStitch(MultiTaskModel):
    """A network per task, whose layers read from the networks of all tasks.

    After every hidden layer, the last one too, the states of the tasks are
    mixed by trained numbers, which start at 0.9 for a task's own state:

        h[t]     = dropout(activation(dense[t, l](h[t])))   of layer l
        h[t]     = sum over s of matrix[l][t, s] * h[s]
        score[t] = dense[t](h[t])

    The embedding is shared, and the dense layers of all tasks are one batched
    product.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        tower_units: Widths of each network's layers, one or more.
        per_channel: Whether every unit is mixed by numbers of its own.
        learning_rate_multiplier: How many times faster the matrices learn
            than other weights.
        dropout: Share of units dropped in training, one for all layers or
            one per layer.
        activation: Activation after each hidden layer.
        seed: Optional int that makes initial weights and draws repeatable.
        **kwargs: Keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`.

    Raises:
        ValueError: If `tower_units` is empty or a width not positive.

    Example:

    >>> model = tfmtl.models.CrossStitch(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     tower_units=(64, 32),
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Misra et al., 2016](https://arxiv.org/abs/1604.03539), sec. 3.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        tower_units: Sequence[int] = (128, 64, 32),
        per_channel: bool = False,
        learning_rate_multiplier: float = 1.0,
        dropout: float | Sequence[float] = 0.0,
        activation: types.ActivationLike = "relu",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.tower_units = units_of("tower_units", tower_units)
        if not self.tower_units:
            raise ValueError(
                "CrossStitch mixes hidden layers, so `tower_units` should not "
                "be empty. Received: tower_units=()."
            )
        check_flags(per_channel=per_channel)
        self.per_channel = per_channel
        self.learning_rate_multiplier = learning_rate_multiplier
        self.dropout = dropout
        self.activation = keras.activations.get(activation)
        self.seed = seed
        self.encoder = layers.FeatureConcatenation(
            self.features,
            seed=seeds_of("encoder", 1, seed)[0],
            dtype=self.dtype_policy,
        )
        self.hidden = [
            self._networks([units], self.activation, layer_seed)
            for units, layer_seed in zip(
                self.tower_units,
                seeds_of("hidden", len(self.tower_units), seed),
                strict=True,
            )
        ]
        rates = rates_of(dropout, self.tower_units)
        self.dropouts = [
            layers.ResumableDropout(
                rate, seed=layer_seed, dtype=self.dtype_policy
            )
            for rate, layer_seed in zip(
                rates, seeds_of("dropouts", len(rates), seed), strict=True
            )
        ]
        self.stitches = [
            layers.CrossStitch(
                per_channel, learning_rate_multiplier, dtype=self.dtype_policy
            )
            for _ in self.tower_units
        ]
        self.heads = self._networks([1], None, seeds_of("heads", 1, seed)[0])

    def _networks(
        self,
        units: Sequence[int],
        activation: types.ActivationLike,
        seed: int | None,
    ) -> layers.Experts:
        return layers.Experts(
            len(self.tasks),
            units,
            activation,
            seed=seed,
            dtype=self.dtype_policy,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        states = self.encoder(features)
        for hidden, dropout, stitch in zip(
            self.hidden, self.dropouts, self.stitches, strict=True
        ):
            states = stitch(dropout(hidden(states), training=training))
        return self.predictions(tf.unstack(self.heads(states), axis=1))

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the embedding tables; past them a task has its own part."""
        return self.encoder.trainable_weights

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "tower_units": self.tower_units,
            "per_channel": self.per_channel,
            "learning_rate_multiplier": self.learning_rate_multiplier,
            "dropout": self.dropout,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }
