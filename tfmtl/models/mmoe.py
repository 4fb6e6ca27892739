"""Multi-gate mixture of experts."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MMoE(TowerModel):
    """Experts shared by all tasks, mixed for each task by a gate of its own.

        x        = embedding(features)
        mixed[t] = sum over experts of softmax(gate[t](x))[e] * expert[e](x)
        score[t] = dense[t](tower[t](mixed[t]))

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        num_experts: Number of experts.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        **kwargs: `dropout` (of the towers) and `seed` of `TowerModel`, and
            keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`.

    Example:

    >>> model = tfmtl.models.MMoE(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     num_experts=8,
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Ma et al., 2018](https://doi.org/10.1145/3219819.3220007), eq. 5-7.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        num_experts: int = 4,
        expert_units: Sequence[int] = (128, 64),
        tower_units: Sequence[int] = (32,),
        gate_units: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, tower_units=tower_units, **kwargs)
        self.num_experts = num_experts
        self.expert_units = tuple(expert_units)
        self.gate_units = tuple(gate_units)
        self.encoder = self.make_encoder()
        self.experts = layers.Experts(
            num_experts,
            self.expert_units,
            seed=self.seeds_of("experts", 1)[0],
            dtype=self.dtype_policy,
        )
        self.mixtures = [
            layers.GatedMixture(
                self.gate_units, seed=seed, dtype=self.dtype_policy
            )
            for seed in self.seeds_of("mixtures", len(self.tasks))
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.encoder(features)
        experts = self.experts(inputs)
        states = [
            tower(mixture(inputs, experts), training=training)
            for mixture, tower in zip(self.mixtures, self.towers, strict=True)
        ]
        return self.predictions(self.scores(states))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "expert_units": self.expert_units,
            "gate_units": self.gate_units,
        }
