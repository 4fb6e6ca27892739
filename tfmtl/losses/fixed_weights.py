"""Losses added up by weights that stay as they are."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses.balanced import WeightedTask
from tfmtl.losses.loss_balancing import LossBalancing


@keras.saving.register_keras_serializable("tfmtl")
class FixedWeights(LossBalancing):
    """Adds the losses up by fixed weights, as models do by default.

        objective = sum over tasks of weight[t] * loss[t]

    Args:
        weights: Positive weight of every task by its name. Defaults to each
            task's own `weight`, which is not looked at otherwise.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If a weight is not positive and finite; by the model, if
            the weights are not those of its tasks.

    Example:

    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     balancing=tfmtl.losses.FixedWeights({"click": 1.0, "like": 4.0}),
    ... )
    """

    def __init__(
        self, weights: Mapping[str, float] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, weight in (weights or {}).items():
            if not 0 < weight < math.inf:
                raise ValueError(
                    "Weights of tasks should be positive and finite; leave "
                    "out a task that should not be learned. "
                    f"Received: {weight!r} for task {name!r}."
                )
        self._given = None if weights is None else dict(weights)

    def check_tasks(self, tasks: Sequence[WeightedTask]) -> None:
        """Refuses weights that are not those of the tasks."""
        if self._given is None:
            return
        names = [task.name for task in tasks]
        if set(self._given) != set(names):
            raise ValueError(
                f"`weights` should have one entry for each of {names}. "
                f"Received: weights={dict(self._given)!r}."
            )

    def combine(self, losses: types.Tensors) -> tf.Tensor:
        """Returns the weighted sum."""
        return self.weighted_sum(losses)

    def weights_of(self, tasks: Sequence[WeightedTask]) -> dict[str, float]:
        """Returns the weights that were given, or the tasks' own."""
        if self._given is None:
            return super().weights_of(tasks)
        return {task.name: self._given[task.name] for task in tasks}

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        given = None if self._given is None else dict(self._given)
        return {**super().get_config(), "weights": given}
