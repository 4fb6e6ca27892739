"""Experts and towers that hand information along a conversion path."""

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
from tfmtl.models.path_model import PathModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MNCM(PathModel):
    """Transfers information between the experts of tasks, and their towers.

    This is a reconstruction: it is built from the paper's abstract and from
    what PIMM's paper says of it, and may differ from what its authors ran.

        own[0]   = experts of task 0, of x = embedding(features)
        own[t]   = expert_transfer(experts of task t, fc(own[t - 1]))
        v[t]     = tower[t](mixture[t](x, [own[t], shared experts]))
        z[0]     = v[0]
        z[t]     = transfer(v[t], info[t - 1](z[t - 1]))
        score[t] = dense[t](z[t])

    `expert_transfer` takes the experts of two tasks by pairs of the same
    number, each with `InformationTransfer` kernels and an `fc` of its own;
    `transfer` and `info` are AITM's. The first task takes in nothing.

    Args:
        features: Features of the model.
        tasks: Two or more binary tasks on one path.
        num_shared: Number of shared experts.
        num_specific: Number of experts of each task.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        eitm: Whether experts hand on, the expert-level information transfer.
        titm: Whether towers hand on, the task-level information transfer.
        stop_gradient: Whether the loss of a task is kept from training, by
            what is handed on, the experts and towers before it.
        calibrator_weight: Weight of AITM's calibrator.
        **kwargs: `dropout` (of the towers), `activation` and `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`, unconditional. `gate_weights(features)` and
        `attention_weights(features)` give what gates and transfers weigh.

    Raises:
        ValueError: If the tasks are not one path, a size is not positive,
            `tower_units` is empty, or nothing is handed on.

    Example:

    >>> model = tfmtl.models.MNCM(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("purchase", parent="click")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["purchase"].shape
    TensorShape([2, 1])

    Reference:
        Wu, 2022, Multi-level Network Cascades Model for Multi-Task Learning,
        [abstract](https://openreview.net/forum?id=y1ncrXS6YS).
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        num_shared: int = 2,
        num_specific: int = 2,
        expert_units: Sequence[int] = (128, 64),
        tower_units: Sequence[int] = (32,),
        eitm: bool = True,
        titm: bool = True,
        stop_gradient: bool = False,
        calibrator_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        check_flags(eitm=eitm, titm=titm, stop_gradient=stop_gradient)
        super().__init__(
            features,
            tasks,
            info_activation="relu",
            share_attention=False,
            calibrator_weight=calibrator_weight,
            hand_on=titm,
            tower_units=tower_units,
            **kwargs,
        )
        if not (eitm or titm):
            raise ValueError(
                "`eitm` and `titm` should not both be False: nothing would "
                "pass between the tasks, use CGC. "
                f"Received: eitm={eitm!r}, titm={titm!r}."
            )
        check_sizes(num_shared=num_shared, num_specific=num_specific)
        self.num_shared = num_shared
        self.num_specific = num_specific
        self.expert_units = units_of("expert_units", expert_units)
        self.eitm = eitm
        self.titm = titm
        self.stop_gradient = stop_gradient
        self.encoder = self.make_encoder()
        self._make_experts()

    def _make_experts(self) -> None:
        later = len(self.tasks) - 1 if self.eitm else 0
        self._sizes = [self.num_specific] * len(self.tasks) + [self.num_shared]
        self.experts = layers.Experts(
            sum(self._sizes),
            self.expert_units,
            self.activation,
            seed=self.seeds_of("experts", 1)[0],
            dtype=self.dtype_policy,
        )
        self.expert_infos = [
            layers.Experts(
                self.num_specific,
                self.expert_units[-1:],
                seed=seed,
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of("expert_infos", later)
        ]
        self.expert_transfers = [
            layers.InformationTransfer(seed=seed, dtype=self.dtype_policy)
            for seed in self.seeds_of("expert_transfers", later)
        ]
        self.mixtures = [
            layers.GatedMixture(seed=seed, dtype=self.dtype_policy)
            for seed in self.seeds_of("mixtures", len(self.tasks))
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.encoder(features)
        experts, _ = self._task_experts(inputs)
        states, _ = self._states(inputs, experts, training)
        return self.predictions(self.scores(states))

    def gate_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns `{task: (batch, experts)}`, the task's own experts first."""
        if not self.built:
            self.build()
        inputs = self.encoder(features)
        return {
            name: tf.cast(mixture.gate(inputs), tf.float32)
            for name, mixture in zip(
                self.task_names, self.mixtures, strict=True
            )
        }

    def attention_weights(
        self, features: types.Tensors
    ) -> dict[str, tf.Tensor]:
        """Returns how each later task weighs itself against the one before.

        Args:
            features: As in `call`.

        Returns:
            `{task name: (batch, 2)}` of the towers and `{task name_experts:
            (batch, num_specific, 2)}` of the experts, as far as there are
            such transfers; the weight of the own state first.
        """
        inputs = self.encoder(features)
        experts, expert_pairs = self._task_experts(inputs)
        _, pairs = self._states(inputs, experts)
        weights = self.attention_to(pairs)
        for step, pair in enumerate(expert_pairs):
            attention = self.expert_transfers[step].attention(*pair)
            name = f"{self.task_names[step + 1]}_experts"
            weights[name] = tf.cast(attention, tf.float32)
        return weights

    def _task_experts(
        self, inputs: tf.Tensor
    ) -> tuple[list[tf.Tensor], types.Pairs]:
        """Returns each task's choice of experts, and what transfers take in."""
        *specific, shared = tf.split(self.experts(inputs), self._sizes, axis=1)
        pairs = []
        for step, transfer in enumerate(self.expert_transfers):
            handed_on = self._handed_on(specific[step])
            pair = specific[step + 1], self.expert_infos[step](handed_on)
            specific[step + 1] = transfer(*pair)
            pairs.append(pair)
        return [tf.concat([own, shared], axis=1) for own in specific], pairs

    def _states(
        self,
        inputs: tf.Tensor,
        experts: Sequence[tf.Tensor],
        training: bool = False,
    ) -> tuple[list[tf.Tensor], types.Pairs]:
        """Returns the towers' states, and what the transfers take in."""
        states: list[tf.Tensor] = []
        pairs = []
        for step, tower in enumerate(self.towers):
            mixed = self.mixtures[step](inputs, experts[step])
            state = tower(mixed, training=training)
            if self.titm and step > 0:
                handed_on = self._handed_on(states[-1])
                info = self.infos[step - 1](handed_on, training=training)
                pairs.append((state, info))
                state = self.transfer_to(step)(state, info)
            states.append(state)
        return states, pairs

    def _handed_on(self, state: tf.Tensor) -> tf.Tensor:
        return tf.stop_gradient(state) if self.stop_gradient else state

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["share_attention"]
        return {
            **config,
            "num_shared": self.num_shared,
            "num_specific": self.num_specific,
            "expert_units": self.expert_units,
            "eitm": self.eitm,
            "titm": self.titm,
            "stop_gradient": self.stop_gradient,
        }
