"""Intervals and p of numbers that are normal about the truth."""

import math

import numpy as np
from scipy import stats

from tfmtl.estimate import Estimate

Z = float(stats.norm.ppf(0.975))


def difference_of(
    control: tuple[float, float], treatment: tuple[float, float]
) -> Estimate:
    """Returns how much more the treatment's number is.

    Args:
        control: Value and variance.
        treatment: Value and variance.
    """
    value = treatment[0] - control[0]
    margin = Z * math.sqrt(treatment[1] + control[1])
    return Estimate(value, value - margin, value + margin)


def lift_of(
    control: tuple[float, float], treatment: tuple[float, float]
) -> Estimate:
    """Returns how much more it is relative to the control's, by Fieller.

    The bounds are those ratios `q`, less 1, for which `treatment - q *
    control` is as far from 0 as an error may be:

        (t - q c) ** 2 = Z ** 2 * (var(t) + q ** 2 var(c))

    so that the interval holds 0 when that of the difference does. If the
    control might be 0, so might the ratio be anything.

    Args:
        control: Value and variance.
        treatment: Value and variance.

    Reference:
        Fieller, 1954, Some problems in interval estimation.
    """
    (c, var_c), (t, var_t) = control, treatment
    value = t / c - 1 if c else math.nan
    certain = c * c - Z**2 * var_c
    if certain <= 0:
        return Estimate(value, -math.inf, math.inf)
    root = math.sqrt(max((t * c) ** 2 - certain * (t * t - Z**2 * var_t), 0.0))
    low, high = ((t * c + sign * root) / certain - 1 for sign in (-1, 1))
    return Estimate(value, low, high)


def p_of(
    difference: np.ndarray | float, variance: np.ndarray | float
) -> np.ndarray:
    """Returns the two-sided p of differences.

    Args:
        difference: The differences.
        variance: Their variances, were there none.
    """
    difference, variance = np.abs(difference), np.asarray(variance)
    certain = np.where(difference > 0, 0.0, 1.0)
    error = np.sqrt(np.where(variance > 0, variance, 1))
    return np.where(
        variance > 0, 2 * stats.norm.sf(difference / error), certain
    )
