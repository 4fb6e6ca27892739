"""What the units of an arm add to the sums of a metric."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Parts:
    """Two numbers of each unit, of which a metric is the ratio of the sums.

    Args:
        numerator: `(units,)` float64.
        denominator: `(units,)` float64.

    Example:

    >>> parts = tfmtl.abtest.Parts(np.array([1.0, 0]), np.array([3.0, 1]))
    >>> parts.numerator.sum() / parts.denominator.sum()
    0.25
    """

    numerator: np.ndarray
    denominator: np.ndarray
