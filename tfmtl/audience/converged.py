"""Stops training when the loss has stopped to fall."""

import dataclasses
from collections.abc import Sequence

from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Converged:
    """Says that training is over when the loss does not get better any more.

    An epoch counts as better if its loss is below the best one before by
    more than a share of that.

    Args:
        tolerance: That share.
        patience: Number of epochs in a row without a better one.
        max_epochs: Number of epochs after which it is over anyway.

    Raises:
        ValueError: If the tolerance is negative or not below 1, or a number
            of epochs is not positive.

    Example:

    >>> stop = tfmtl.audience.Converged(tolerance=0.01)
    >>> stop([0.7, 0.6]), stop([0.7, 0.6, 0.599])
    (False, True)
    """

    tolerance: float = 1e-3
    patience: int = 1
    max_epochs: int = 20

    def __post_init__(self) -> None:
        check_sizes(patience=self.patience, max_epochs=self.max_epochs)
        if not 0 <= self.tolerance < 1:
            raise ValueError(
                "`tolerance` should be a share from 0 to below 1. "
                f"Received: tolerance={self.tolerance!r}."
            )

    def __call__(self, losses: Sequence[float]) -> bool:
        if len(losses) >= self.max_epochs:
            return True
        best, since = float("inf"), 0
        for loss in losses:
            if loss < best * (1 - self.tolerance):
                best, since = loss, 0
            else:
                since += 1
        return since >= self.patience
