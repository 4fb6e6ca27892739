"""MMoE with a gate and a head for each campaign."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl.experiments.lookalike.heads_by_campaign import HeadsByCampaign
from tfmtl.experiments.lookalike.networks import UNITS
from tfmtl.features import Feature
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MMoEHeads(HeadsByCampaign):
    """`tfmtl.models.MMoE` without towers, a task for each campaign.

    A campaign's gate is a dense layer on the features, as is its head on what
    the gate has mixed.

    Args:
        features: As of `HeadsByCampaign`.
        tasks: The task.
        num_experts: Number of experts.
        expert_units: Widths of each expert's layers.
        **kwargs: `seed`, and keyword arguments of `keras.Model`.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        num_experts: int = 8,
        expert_units: Sequence[int] = UNITS,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.num_experts = num_experts
        self.expert_units = tuple(expert_units)
        self.experts = layers.Experts(
            num_experts,
            self.expert_units,
            seed=seeds_of("experts", 1, self.seed)[0],
        )

    def head_width(self, inputs: int) -> int:
        """Returns the number of weights of a head and a gate, with biases."""
        return self.expert_units[-1] + 1 + self.num_experts * (inputs + 1)

    def state(self, inputs: tf.Tensor, heads: tf.Tensor) -> tf.Tensor:
        """Returns what each row's gate has mixed."""
        gates = heads[:, self.expert_units[-1] + 1 :]
        shape = [-1, self.num_experts, inputs.shape[1] + 1]
        gates = tf.reshape(gates, shape)
        scores = tf.einsum("bi,bni->bn", inputs, gates[:, :, :-1])
        weights = tf.nn.softmax(scores + gates[:, :, -1])
        return tf.einsum("bn,bnu->bu", weights, self.experts(inputs))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "expert_units": self.expert_units,
        }
