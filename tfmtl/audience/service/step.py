"""What a long piece of work is about at the moment."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Step:
    """A sign of life of a long piece of work.

    Args:
        name: What is being done, such as "training".
        epoch: Number of epochs that are over.
        loss: Loss of the last one; None before it is over.
        done: How much of what is counted is done, users for instance.
        total: How much there is; 0 where nothing is counted.

    Example:

    >>> tfmtl.audience.service.Step("training", epoch=1, loss=0.31)
    Step(name='training', epoch=1, loss=0.31, done=0, total=0)
    """

    name: str
    epoch: int = 0
    loss: float | None = None
    done: int = 0
    total: int = 0


Watch = Callable[[Step], None]


def unwatched(step: Step) -> None:
    """Takes no notice of a step.

    Args:
        step: What is being done.
    """
