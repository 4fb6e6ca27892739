"""Shared-Bottom with a head for each campaign."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import layers
from tfmtl.experiments.lookalike.heads_by_campaign import HeadsByCampaign
from tfmtl.experiments.lookalike.networks import UNITS
from tfmtl.features import Feature
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class SharedBottomHeads(HeadsByCampaign):
    """`tfmtl.models.SharedBottom` without towers, a task for each campaign.

    Args:
        features: As of `HeadsByCampaign`.
        tasks: The task.
        bottom_units: Widths of the shared layers.
        **kwargs: `seed`, and keyword arguments of `keras.Model`.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        bottom_units: Sequence[int] = UNITS,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.bottom_units = tuple(bottom_units)
        self.bottom = layers.MLP(
            self.bottom_units, seed=seeds_of("bottom", 1, self.seed)[0]
        )

    def head_width(self, inputs: int) -> int:
        """Returns the number of weights of a dense layer of one unit."""
        return self.bottom_units[-1] + 1

    def state(self, inputs: tf.Tensor, heads: tf.Tensor) -> tf.Tensor:
        """Returns what the bottom puts out."""
        return self.bottom(inputs)

    def vectors(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """Returns what the bottom makes of users, `(rows, units)`.

        Args:
            features: As of `call`, packed.
        """
        return np.asarray(self.bottom(self.encoder(self._shared(features))))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "bottom_units": self.bottom_units}
