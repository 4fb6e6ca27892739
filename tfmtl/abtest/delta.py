"""Intervals by the delta method."""

from tfmtl.abtest import normal
from tfmtl.abtest.moments import Moments
from tfmtl.abtest.moments import columns_of
from tfmtl.abtest.moments import value_and_variance
from tfmtl.abtest.parts import Parts
from tfmtl.estimate import Estimate


def delta_method(
    control: Parts, treatment: Parts
) -> tuple[Estimate, Estimate, float]:
    """Compares two arms by the normal distribution of their ratios.

    A ratio of two sums is, for many units, a mean of `(a - r b) / mean(b)`
    beside the truth; its variance is that of this mean. The interval of the
    lift is Fieller's, and agrees with p.

    Args:
        control: Numerators and denominators of the units.
        treatment: The same of the other arm.

    Returns:
        Difference, lift and p, two-sided.

    Raises:
        ValueError: If an arm has fewer than two units, or nothing below its
            ratio.

    Example:

    >>> control = tfmtl.abtest.Parts(np.array([0.0, 1, 1, 2]), np.ones(4))
    >>> treatment = tfmtl.abtest.Parts(np.array([1.0, 2, 2, 3]), np.ones(4))
    >>> difference, lift, p = tfmtl.abtest.delta_method(control, treatment)
    >>> difference.value, lift.value, round(p, 3)
    (1.0, 1.0, 0.083)

    Reference:
        [Deng et al., 2018](https://arxiv.org/abs/1803.06336), sec. 2.2.
    """
    before, after = _of(control), _of(treatment)
    difference = normal.difference_of(before, after)
    p = normal.p_of(difference.value, before[1] + after[1])
    return difference, normal.lift_of(before, after), float(p)


def _of(parts: Parts) -> tuple[float, float]:
    sums = columns_of(parts).sum(axis=0)
    value, variance = value_and_variance(Moments(*sums))
    return float(value), float(variance)
