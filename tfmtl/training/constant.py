"""A schedule that does not change."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Constant:
    """The same value at every epoch.

    Args:
        value: That value.

    Example:

    >>> tfmtl.training.Constant(0.25)(7)
    0.25
    """

    value: float

    def __call__(self, epoch: float) -> float:
        return self.value

    @property
    def min_epochs(self) -> int:
        """Number of epochs until one has been run at the floor: 1."""
        return 1
