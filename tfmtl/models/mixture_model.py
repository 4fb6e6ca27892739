"""What the models that mix one set of experts by gates have in common."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import units_of
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task


class MixtureModel(TowerModel, abc.ABC):
    """A model of experts that all tasks share; a subclass counts the gates.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        num_experts: Number of experts.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        **kwargs: Keyword arguments of `TowerModel`.
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
        self.expert_units = units_of("expert_units", expert_units)
        self.gate_units = units_of("gate_units", gate_units)
        self.encoder = self.make_encoder()
        self.experts = layers.Experts(
            num_experts,
            self.expert_units,
            self.activation,
            seed=self.seeds_of("experts", 1)[0],
            stacked=False,
            dtype=self.dtype_policy,
        )
        self.mixtures = [
            layers.GatedMixture(
                self.gate_units, seed=seed, dtype=self.dtype_policy
            )
            for seed in self.seeds_of("mixtures", self.num_gates)
        ]

    @property
    @abc.abstractmethod
    def num_gates(self) -> int:
        """Number of gates: one for all tasks, or one for each."""

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.encoder(features)
        experts = self.experts(inputs)
        mixed = [mixture(inputs, experts) for mixture in self.mixtures]
        states = [
            tower(state, training=training)
            for tower, state in zip(
                self.towers, self._for_each_task(mixed), strict=True
            )
        ]
        return self.predictions(self.scores(states))

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the weights of the experts' last layer."""
        return [self.experts.kernels[-1], self.experts.biases[-1]]

    def gate_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns the weight of each expert in each row.

        Args:
            features: As in `call`.

        Returns:
            `{task name: (batch, experts)}`, each row summing to 1.
        """
        if not self.built:
            self.build()
        inputs = self.encoder(features)
        gates = [
            tf.cast(mixture.gate(inputs), tf.float32)
            for mixture in self.mixtures
        ]
        each = self._for_each_task(gates)
        return dict(zip(self.task_names, each, strict=True))

    def _for_each_task(self, of_gates: list[tf.Tensor]) -> list[tf.Tensor]:
        return of_gates * (len(self.tasks) // len(of_gates))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "expert_units": self.expert_units,
            "gate_units": self.gate_units,
        }
