"""One independent network per task."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.features import Feature
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class SingleTask(TowerModel):
    """Learns each task by a network of its own that shares nothing.

    The yardstick of all others: every task has its own embedding tables and
    its own tower,

        score[t] = dense[t](mlp[t](embedding[t](features)))

    The networks are trained side by side on the sum of their losses, which
    is the same as training them apart.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`.

    Example:

    >>> model = tfmtl.models.SingleTask(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        The "Single-Task" baseline of [Weng et al.,
        2023](https://doi.org/10.1145/3539618.3591969), sec. 3.1.
    """

    def __init__(
        self, features: Sequence[Feature], tasks: Sequence[Task], **kwargs: Any
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.encoders = [
            self.make_encoder(seed=seed)
            for seed in self.seeds_of("encoders", len(self.tasks))
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        states = [
            tower(encoder(features), training=training)
            for encoder, tower in zip(self.encoders, self.towers, strict=True)
        ]
        return self.predictions(self.scores(states))
