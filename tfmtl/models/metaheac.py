"""Experts and critics of users, mixed by gates that know the campaign."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import units_of
from tfmtl.models.campaign_model import CampaignModel
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MetaHeac(CampaignModel):
    """Hybrid experts and critics for campaigns that look for users.

        u     = embeddings of the user's features, one above the other
        c     = embeddings of the campaign's features, side by side
        g     = [mean of u over the features, c]
        state = sum over experts of softmax(gate(g))[e] * expert[e](u)
        p     = sum over critics of
                softmax(critic_gate(g))[j] * sigmoid(state @ a[j] + b[j])

    The experts see the user only; a campaign chooses among them, and among
    the critics, by the gates. Its authors train it over many campaigns by
    `tfmtl.training.MetaLearner`, and for a new one fine-tune a copy:
    `tfmtl.audience.AudienceExpander`. The loss is the cross-entropy of `p`,
    which is computed from logarithms, see `tfmtl.layers.HybridCritics`.

    A user's features of another width than the widest, and numbers, are
    brought to it, see `tfmtl.layers.FeatureStack`. With several tasks each
    has its gates and critics, and the experts are shared.

    Args:
        features: Features of user and campaign.
        tasks: Binary tasks; one, as a rule.
        campaign_features: Names of the features that are the campaign's. By
            default there are none: the user alone chooses.
        num_experts: Number of experts.
        num_critics: Number of critics.
        expert_units: Widths of each expert's layers.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        gate_scale: Whether what a gate has mixed is divided by the number of
            its parts, as the paper prints it: with 5 critics no prediction
            exceeds 0.2.
        **kwargs: `embedding_stddev` of the tables' initial values (0.01) and
            `seed`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Ignored; there is no dropout.

    Returns:
        `{task name: (batch, 1)}`.

    Raises:
        ValueError: If a task is not binary, a size is not positive, or
            `campaign_features` names no feature of the model, or all.

    Example:

    >>> model = tfmtl.models.MetaHeac(
    ...     [tfmtl.CategoricalFeature("age", 12, embedding_dim=16),
    ...      tfmtl.CategoricalFeature("tags", 99, 16, max_length=5),
    ...      tfmtl.CategoricalFeature("category", 30, embedding_dim=16)],
    ...     [tfmtl.BinaryTask("converts")],
    ...     campaign_features=["category"],
    ... )
    >>> model({
    ...     "age": tf.constant([3]),
    ...     "tags": tf.constant([[7, 8, 0, 0, 0]]),
    ...     "category": tf.constant([2]),
    ... })["converts"].shape
    TensorShape([1, 1])

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), eq. 6-9.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        campaign_features: Sequence[str] = (),
        num_experts: int = 8,
        num_critics: int = 5,
        expert_units: Sequence[int] = (64, 64),
        gate_units: Sequence[int] = (64,),
        gate_scale: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            features, tasks, campaign_features=campaign_features, **kwargs
        )
        check_sizes(num_experts=num_experts, num_critics=num_critics)
        check_flags(gate_scale=gate_scale)
        self.num_experts = num_experts
        self.num_critics = num_critics
        self.expert_units = units_of("expert_units", expert_units)
        self.gate_units = units_of("gate_units", gate_units)
        self.gate_scale = gate_scale
        self.experts = layers.Experts(
            num_experts,
            self.expert_units,
            seed=seeds_of("experts", 1, self.seed)[0],
            dtype=self.dtype_policy,
        )
        self.expert_gates = [
            layers.GatedMixture(self.gate_units, **part)
            for part in self._parts("expert_gate")
        ]
        self.critics = [
            layers.HybridCritics(
                num_critics, self.gate_units, gate_scale, **part
            )
            for part in self._parts("critics")
        ]

    @classmethod
    def paper(
        cls, features: Sequence[Feature], tasks: Sequence[Task], **options: Any
    ) -> "MetaHeac":
        """Returns the model as the paper prints it, with `gate_scale`.

        It has embeddings of width 16, and 3 to 10 experts and critics.

        Args:
            features: As of the constructor.
            tasks: As of the constructor.
            **options: `campaign_features`, and what is to be otherwise.
        """
        return cls(features, tasks, **{"gate_scale": True, **options})

    @classmethod
    def official_code(
        cls, features: Sequence[Feature], tasks: Sequence[Task], **options: Any
    ) -> "MetaHeac":
        """Returns the authors' model, with tables that start standard normal.

        It has embeddings of width 64, 8 experts and 5 critics.

        Args:
            features: As of the constructor.
            tasks: As of the constructor.
            **options: `campaign_features`, and what is to be otherwise.
        """
        return cls(features, tasks, **{"embedding_stddev": 1.0, **options})

    def _parts(self, name: str) -> list[dict[str, Any]]:
        # By their names `tfmtl.training.heads` knows them.
        return [
            {"name": f"{name}_{n}", "seed": seed, "dtype": self.dtype_policy}
            for n, seed in enumerate(seeds_of(name, len(self.tasks), self.seed))
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        return self.judge(self.encode_users(features), features)

    def encode_users(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns what the experts make of users, whatever the campaign.

        As long as only `tfmtl.training.heads` are tuned, it is the same for
        all campaigns and can be kept.

        Args:
            features: As of `call`; those of campaigns are not needed.

        Returns:
            `{"mean": (batch, width), "experts": (batch, experts, units)}`.
        """
        fields = self.user_fields(features)
        flat = tf.reshape(fields, [-1, fields.shape[1] * fields.shape[2]])
        mean = tf.reduce_mean(fields, axis=1)
        return {"mean": mean, "experts": self.experts(flat)}

    def judge(
        self, users: types.Tensors, features: types.Tensors
    ) -> dict[str, tf.Tensor]:
        """Returns the predictions for users that have been encoded.

        Args:
            users: What `encode_users` has returned.
            features: The campaign's features: a row for each user, or one
                for all.
        """
        inputs = self.beside_campaign(users["mean"], features)
        states = self._states(users, inputs)
        return self.predictions(
            [c(inputs, s) for c, s in zip(self.critics, states, strict=True)]
        )

    def _states(
        self, users: types.Tensors, inputs: tf.Tensor
    ) -> list[tf.Tensor]:
        scale = self.num_experts if self.gate_scale else 1
        return [
            gate(inputs, users["experts"]) / scale for gate in self.expert_gates
        ]

    def representations(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns what the critics judge, `{task name: (batch, units)}`.

        Args:
            features: As of `call`.
        """
        inputs = self.gate_inputs(features)
        return self.by_task(self._states(self.encode_users(features), inputs))

    def gate_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns the weight of each expert, `{task name: (batch, experts)}`.

        Args:
            features: As of `call`.
        """
        inputs = self.gate_inputs(features)
        return self.by_task([gate.gate(inputs) for gate in self.expert_gates])

    def critic_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns the weight of each critic, `{task name: (batch, critics)}`.

        Args:
            features: As of `call`.
        """
        inputs = self.gate_inputs(features)
        return self.by_task([critics.gate(inputs) for critics in self.critics])

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the weights of the experts' last layer."""
        return [self.experts.kernels[-1], self.experts.biases[-1]]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "num_critics": self.num_critics,
            "expert_units": self.expert_units,
            "gate_units": self.gate_units,
            "gate_scale": self.gate_scale,
        }
