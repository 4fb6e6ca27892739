"""What a balancing of losses needs to know of tasks and of a model."""

from collections.abc import Sequence
from typing import Protocol

import keras


class WeightedTask(Protocol):
    """What a balancing needs to know of a task."""

    @property
    def name(self) -> str:
        """Name of the task."""

    @property
    def weight(self) -> float:
        """Factor of the task's loss."""

    @property
    def loss_may_be_negative(self) -> bool:
        """Whether the task's loss has no floor at 0."""


class Learner(Protocol):
    """What a balancing needs to know of a model."""

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """The weights that are trained, the balancing's among them."""

    def last_shared_weights(self) -> list[keras.Variable]:
        """The weights of the last layer that all tasks share."""


def refuse_negative_losses(
    tasks: Sequence[WeightedTask], balancing: str
) -> None:
    """Refuses tasks whose loss may be negative.

    Args:
        tasks: Tasks to balance.
        balancing: Name of the balancing, for the message.

    Raises:
        ValueError: If there is such a task.
    """
    for task in tasks:
        if task.loss_may_be_negative:
            raise ValueError(
                f"{balancing} needs losses that are never negative; use "
                f"FixedWeights or PCGrad. Received: {task!r}."
            )
