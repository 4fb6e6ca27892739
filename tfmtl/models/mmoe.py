"""Multi-gate mixture of experts."""

from collections.abc import Sequence

import keras

from tfmtl import layers
from tfmtl.features import Feature
from tfmtl.models.base import MultiTaskModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MMoE(MultiTaskModel):
    """Experts shared by all tasks, mixed by a gate per task."""

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        num_experts: int = 4,
        expert_units: Sequence[int] = (128, 64),
        tower_units: Sequence[int] = (32,),
        gate_units: Sequence[int] = (),
        **kwargs,
    ):
        super().__init__(features, tasks, **kwargs)
        self.num_experts = num_experts
        self.expert_units = tuple(expert_units)
        self.tower_units = tuple(tower_units)
        self.gate_units = tuple(gate_units)
        options = {"dtype": self.dtype_policy}
        self.encoder = layers.FeatureConcatenation(self.features, **options)
        self.experts = layers.Experts(num_experts, expert_units, **options)
        self.mixtures = [
            layers.GatedMixture(gate_units, **options) for _ in self.tasks
        ]
        self.towers = [layers.MLP(tower_units, **options) for _ in self.tasks]
        self.heads = [keras.layers.Dense(1, **options) for _ in self.tasks]

    def call(self, features, labels=None, training=False):
        inputs = self.encoder(features)
        experts = self.experts(inputs)
        scores = []
        for mixture, tower, head in zip(
            self.mixtures, self.towers, self.heads, strict=True
        ):
            hidden = tower(mixture(inputs, experts), training=training)
            scores.append(head(hidden))
        return self.predictions(scores)

    def get_config(self):
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "expert_units": self.expert_units,
            "tower_units": self.tower_units,
            "gate_units": self.gate_units,
        }
