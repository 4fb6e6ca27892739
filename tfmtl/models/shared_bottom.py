"""One network shared by all tasks, and a tower for each."""

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


@keras.saving.register_keras_serializable("tfmtl")
class SharedBottom(TowerModel):
    """Feeds every task's tower with the same representation.

        bottom   = mlp(embedding(features))
        score[t] = dense[t](tower[t](bottom))

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        bottom_units: Widths of the shared layers. Without any, the tasks
            share the embedding only.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`.

    Example:

    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     bottom_units=(256,),
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Caruana, 1997](https://doi.org/10.1023/A:1007379606734).
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        bottom_units: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.bottom_units = units_of("bottom_units", bottom_units)
        self.encoder = self.make_encoder()
        self.bottom = layers.MLP(
            self.bottom_units,
            self.activation,
            seed=self.seeds_of("bottom", 1)[0],
            dtype=self.dtype_policy,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.bottom(self.encoder(features), training=training)
        states = [tower(inputs, training=training) for tower in self.towers]
        return self.predictions(self.scores(states))

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns those of the bottom's last layer, or of the encoder."""
        return self.bottom.last_weights or super().last_shared_weights()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "bottom_units": self.bottom_units}
