"""What the models that hand information along a path have in common."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import losses
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_not_negative
from tfmtl.layers.sizes import rates_of
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task
from tfmtl.tasks import check_path


class PathModel(TowerModel, abc.ABC):
    """A model of one path, in which each task hands a state to the next.

    The constructor makes `infos`, the dense layers that a state goes through
    on its way, and `transfers`, the attention by which the next task takes it
    in. It adds the calibrator to the loss, which keeps the predictions in
    order: `calibrator_weight * losses.order_violation(predictions)`.

    Args:
        features: Features of the model.
        tasks: Two or more binary tasks on one path.
        info_activation: Activation of `infos`.
        share_attention: Whether all transitions share the attention kernels.
        attention_regularizer: Regularizer of these kernels.
        calibrator_weight: Weight of the calibrator.
        hand_on: Whether states are handed on; False makes neither `infos`
            nor `transfers`.
        **kwargs: Keyword arguments of `TowerModel`.

    Raises:
        ValueError: If the tasks are not one path, `tower_units` is empty, or
            `calibrator_weight` is negative or not finite.
    """

    backbone: Any = None  # a layer between the encoder and the towers

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        info_activation: types.ActivationLike,
        share_attention: bool,
        attention_regularizer: types.RegularizerLike = None,
        calibrator_weight: float,
        hand_on: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        check_path(self.tasks, type(self).__name__)
        if not self.tower_units:
            raise ValueError(
                f"{type(self).__name__} hands on the last layer of a tower, so "
                "`tower_units` should not be empty. Received: tower_units=()."
            )
        check_flags(share_attention=share_attention)
        check_not_negative(calibrator_weight=calibrator_weight)
        self.share_attention = share_attention
        self.calibrator_weight = calibrator_weight
        transitions = len(self.tasks) - 1 if hand_on else 0
        self.transfers = [
            layers.InformationTransfer(
                kernel_regularizer=attention_regularizer,
                seed=seed,
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of(
                "transfers", int(hand_on) if share_attention else transitions
            )
        ]
        self.infos = [
            layers.MLP(
                self.tower_units[-1:],
                info_activation,
                dropout=rates_of(self.dropout, self.tower_units)[-1],
                seed=seed,
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of("infos", transitions)
        ]

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns those of the backbone's last layer, or of the encoder.

        None of a backbone that is no `MLP`: which of its weights all tasks
        share last, a subclass may say.
        """
        shared = super().last_shared_weights()
        if self.backbone is None:
            return shared
        if isinstance(self.backbone, layers.MLP):
            return self.backbone.last_weights or shared
        return []

    def transfer_to(self, step: int) -> layers.InformationTransfer:
        """Returns the attention by which task `step` takes a state in."""
        return self.transfers[0 if self.share_attention else step - 1]

    def attention_to(self, pairs: types.Pairs) -> dict[str, tf.Tensor]:
        """Returns the weights that each transfer gives the two it takes in.

        Args:
            pairs: For each task but the first, its own state and what the
                task before it hands on, `(batch, units)` each.

        Returns:
            `{task name: (batch, 2)}`, the weight of the own state first.
        """
        weights = {}
        for step, pair in enumerate(pairs, 1):
            attention = self.transfer_to(step).attention(*pair)
            weights[self.tasks[step].name] = tf.cast(attention, tf.float32)
        return weights

    def auxiliary_loss(
        self, labels: types.Tensors, predictions: types.Tensors
    ) -> Any:
        """Returns the calibrator's loss."""
        if not self.calibrator_weight:
            return 0.0
        path = [predictions[name] for name in self.task_names]
        return self.calibrator_weight * losses.order_violation(path)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "share_attention": self.share_attention,
            "calibrator_weight": self.calibrator_weight,
        }
