"""Intervals and p of numbers that are normal about the truth.

Student's t, where their variances were measured on few units.
"""

import math

import numpy as np
from scipy import stats

from tfmtl.estimate import Estimate


def difference_of(
    control: tuple[float, float],
    treatment: tuple[float, float],
    degrees: float = math.inf,
) -> Estimate:
    """Returns how much more the treatment's number is.

    Without any variance, there is none to tell how sure it is: the interval
    is open.

    Args:
        control: Value and variance.
        treatment: Value and variance.
        degrees: Degrees of freedom of the variance.
    """
    value = treatment[0] - control[0]
    variance = treatment[1] + control[1]
    margin = math.inf
    if variance > 0:
        margin = critical(degrees) * math.sqrt(variance)
    return Estimate(value, value - margin, value + margin)


def lift_of(
    control: tuple[float, float],
    treatment: tuple[float, float],
    degrees: float = math.inf,
) -> Estimate:
    """Returns how much more it is relative to the control's, by Fieller.

    The bounds are those ratios `q`, less 1, for which `treatment - q *
    control` is as far from 0 as an error may be:

        (t - q c) ** 2 = z ** 2 * (var(t) + q ** 2 var(c))

    so that the interval holds 0 when that of the difference does. If the
    control might be 0, so might the ratio be anything.

    Args:
        control: Value and variance.
        treatment: Value and variance.
        degrees: Degrees of freedom of the variance.

    Reference:
        Fieller, 1954, Some problems in interval estimation.
    """
    (c, var_c), (t, var_t) = control, treatment
    z = critical(degrees)
    value = t / c - 1 if c else math.nan
    certain = c * c - z**2 * var_c
    if certain <= 0 or var_c + var_t == 0:
        return Estimate(value, -math.inf, math.inf)
    root = math.sqrt(max((t * c) ** 2 - certain * (t * t - z**2 * var_t), 0.0))
    low, high = ((t * c + sign * root) / certain - 1 for sign in (-1, 1))
    return Estimate(value, low, high)


def p_of(
    difference: np.ndarray | float,
    variance: np.ndarray | float,
    degrees: np.ndarray | float = math.inf,
) -> np.ndarray:
    """Returns the two-sided p of differences, 1 without any variance.

    Args:
        difference: The differences.
        variance: Their variances, were there none.
        degrees: Degrees of freedom of the variances.
    """
    variance = np.asarray(variance)
    error = np.sqrt(np.where(variance > 0, variance, 1))
    p = 2 * stats.t.sf(np.abs(difference) / error, degrees)
    return np.where(variance > 0, p, 1.0)


def critical(degrees: float = math.inf) -> float:
    """Returns how many standard errors a 95 % interval has to either side.

    Args:
        degrees: Degrees of freedom; infinite for a normal distribution.
    """
    return float(stats.t.ppf(0.975, degrees))
