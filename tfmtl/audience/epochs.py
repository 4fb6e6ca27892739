"""Stops training after a number of epochs."""

import dataclasses
from collections.abc import Sequence

from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Epochs:
    """Says that training is over after a fixed number of epochs.

    Args:
        count: That number.

    Raises:
        ValueError: If it is not positive.

    Example:

    >>> stop = tfmtl.audience.Epochs(2)
    >>> stop([0.7]), stop([0.7, 0.6])
    (False, True)
    """

    count: int

    def __post_init__(self) -> None:
        check_sizes(count=self.count)

    def __call__(self, losses: Sequence[float]) -> bool:
        return len(losses) >= self.count
