"""A number that was measured on a sample."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A number and the bounds of its 95 % interval.

    Args:
        value: What was measured.
        low: Lower bound.
        high: Upper bound.

    Example:

    >>> auc = tfmtl.audience.Estimate(0.71, 0.68, 0.74)
    >>> 0.5 in auc, str(auc)
    (False, '0.71 [0.68, 0.74]')
    """

    value: float
    low: float
    high: float

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"
