"""What the models of shared and task-specific experts have in common."""

import abc
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import units_of
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task


class ExtractionModel(TowerModel, abc.ABC):
    """A model of `ProgressiveExtraction` levels; a subclass says how many.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        level_units: Widths of the experts' layers, for each level.
        num_shared: Number of shared experts of a level.
        num_specific: Number of experts of each task in a level.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        **kwargs: Keyword arguments of `TowerModel`.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        level_units: Sequence[Sequence[int]],
        num_shared: int,
        num_specific: int,
        gate_units: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.num_shared = num_shared
        self.num_specific = num_specific
        self.gate_units = units_of("gate_units", gate_units)
        self.encoder = self.make_encoder()
        last = len(level_units) - 1
        seeds = self.seeds_of("levels", len(level_units))
        self.levels = [
            layers.ProgressiveExtraction(
                num_shared,
                num_specific,
                units,
                num_tasks=len(self.tasks),
                shared_output=number < last,
                gate_units=self.gate_units,
                activation=self.activation,
                seed=seeds[number],
                dtype=self.dtype_policy,
            )
            for number, units in enumerate(level_units)
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        streams = self.encoder(features)
        for level in self.levels:
            streams = level(streams)
        states = [
            tower(stream, training=training)
            for tower, stream in zip(self.towers, streams, strict=True)
        ]
        return self.predictions(self.scores(states))

    def gate_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns what each task's gate of the last level gives its experts.

        Args:
            features: As in `call`.

        Returns:
            `{task name: (batch, num_specific + num_shared)}`, the task's own
            experts first, each row summing to 1.
        """
        if not self.built:
            self.build()
        streams = self.encoder(features)
        for level in self.levels[:-1]:
            streams = level(streams)
        return {
            name: tf.cast(weights, tf.float32)
            for name, weights in zip(
                self.task_names,
                self.levels[-1].gate_weights(streams),
                strict=True,
            )
        }

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "num_shared": self.num_shared,
            "num_specific": self.num_specific,
            "gate_units": self.gate_units,
        }
