"""What models with one tower per task have in common."""

import abc
from collections.abc import Sequence
from typing import Any

import keras

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import units_of
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task


class TowerModel(MultiTaskModel, abc.ABC):
    """A model in which every task ends in a tower and a score.

    The constructor makes one `MLP` (in `towers`) and one `Dense(1)` (in
    `heads`) per task. A subclass makes the `encoder`, says in `call` what the
    towers are fed with, and takes these arguments as keywords.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, parents before children.
        tower_units: Widths of each tower's layers.
        dropout: Share of units dropped in the towers in training, one for
            all layers or one per layer.
        activation: Activation after each layer of towers, experts and shared
            layers, whichever the model has.
        seed: Optional int that makes initial weights and draws repeatable.
        **kwargs: Keyword arguments of `keras.Model`.

    Example:

    >>> class TwoTowers(tfmtl.models.TowerModel):
    ...     def __init__(self, features, tasks, **kwargs):
    ...         super().__init__(features, tasks, **kwargs)
    ...         self.encoder = self.make_encoder()
    ...
    ...     def call(self, features, labels=None, training=False):
    ...         inputs = self.encoder(features)
    ...         states = [tower(inputs, training=training)
    ...                   for tower in self.towers]
    ...         return self.predictions(self.scores(states))
    """

    encoder: Any = None  # a layer that all towers read

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        tower_units: Sequence[int] = (128, 64, 32),
        dropout: float | Sequence[float] = 0.0,
        activation: types.ActivationLike = "relu",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.tower_units = units_of("tower_units", tower_units)
        self.dropout = dropout
        self.activation = keras.activations.get(activation)
        self.seed = seed
        self.towers = [
            layers.MLP(
                self.tower_units,
                self.activation,
                dropout=dropout,
                seed=tower_seed,
                dtype=self.dtype_policy,
            )
            for tower_seed in self.seeds_of("towers", len(self.tasks))
        ]
        self.heads = [
            keras.layers.Dense(
                1,
                kernel_initializer=keras.initializers.GlorotUniform(head_seed),
                dtype=self.dtype_policy,
            )
            for head_seed in self.seeds_of("heads", len(self.tasks))
        ]

    def seeds_of(self, part: str, count: int) -> list[int] | list[None]:
        """Returns seeds for a part's layers, each of its own."""
        return seeds_of(part, count, self.seed)

    def make_encoder(self, **options: Any) -> layers.FeatureConcatenation:
        """Returns the layer that turns the features into one vector.

        Args:
            **options: Further arguments of `FeatureConcatenation`.
        """
        options.setdefault("seed", self.seeds_of("encoder", 1)[0])
        return layers.FeatureConcatenation(
            self.features, dtype=self.dtype_policy, **options
        )

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the weights of the encoder that all towers read."""
        return [] if self.encoder is None else self.encoder.trainable_weights

    def scores(self, states: Sequence[Any]) -> list[Any]:
        """Returns the score of each task, given the end of its tower."""
        return [
            head(state) for head, state in zip(self.heads, states, strict=True)
        ]

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "tower_units": self.tower_units,
            "dropout": self.dropout,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }
