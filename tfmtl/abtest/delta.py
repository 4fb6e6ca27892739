"""Intervals by the delta method."""

from tfmtl.abtest import normal
from tfmtl.abtest.moments import Moments
from tfmtl.abtest.moments import columns_of
from tfmtl.abtest.moments import compared
from tfmtl.abtest.parts import Parts
from tfmtl.estimate import Estimate


def delta_method(
    control: Parts, treatment: Parts
) -> tuple[Estimate, Estimate, float]:
    """Compares two arms by Student's t of their ratios.

    A ratio of two sums is, for many units, a mean of `(a - r b) / mean(b)`
    beside the truth; its variance is that of this mean. Means are compared as
    by Welch's test. The interval of the lift is Fieller's, and agrees with p.
    Where no unit of either arm differs from another, p is 1 and the intervals
    are open.

    Args:
        control: Numerators and denominators of the units.
        treatment: The same of the other arm.

    Returns:
        Difference, lift and p, two-sided.

    Raises:
        ValueError: If an arm has fewer than two units with something below
            their ratio.

    Example:

    >>> control = tfmtl.abtest.Parts(np.array([0.0, 1, 1, 2]), np.ones(4))
    >>> treatment = tfmtl.abtest.Parts(np.array([1.0, 2, 2, 3]), np.ones(4))
    >>> difference, lift, p = tfmtl.abtest.delta_method(control, treatment)
    >>> difference.value, lift.value, round(p, 3)
    (1.0, 1.0, 0.134)

    Reference:
        [Deng et al., 2018](https://arxiv.org/abs/1803.06336), sec. 2.2;
        Welch, 1947, The generalization of Student's problem.
    """
    *arms, freedom = compared(_sums(control), _sums(treatment))
    before, after = ((float(value), float(var)) for value, var in arms)
    degrees = float(freedom)
    difference = normal.difference_of(before, after, degrees)
    p = normal.p_of(difference.value, before[1] + after[1], degrees)
    return difference, normal.lift_of(before, after, degrees), float(p)


def _sums(parts: Parts) -> Moments:
    return Moments(*columns_of(parts).sum(axis=0))
