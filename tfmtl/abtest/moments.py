"""Ratios of sums and their variances, from sums over the units."""

from typing import NamedTuple

import numpy as np

from tfmtl.abtest.parts import Parts

Number = tuple[np.ndarray, np.ndarray]


class Moments(NamedTuple):
    """What there is to know of the units of an arm, or of many arms.

    Args:
        units: Number of units with something below the ratio.
        a: Sum of the numerators.
        b: Sum of the denominators.
        aa: Sum of squares of the numerators.
        ab: Sum of products.
        bb: Sum of squares of the denominators.
    """

    units: np.ndarray
    a: np.ndarray
    b: np.ndarray
    aa: np.ndarray
    ab: np.ndarray
    bb: np.ndarray


def columns_of(parts: Parts) -> np.ndarray:
    """Returns what a unit adds to each of the `Moments`, `(units, 6)`.

    Args:
        parts: Numerators and denominators.
    """
    a, b = parts.numerator, parts.denominator
    counted = (b != 0).astype(np.float64)
    return np.stack([counted, a, b, a * a, a * b, b * b], axis=1)


def value_and_variance(moments: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Returns the ratio, and its variance by the delta method.

        r        = sum(a) / sum(b)
        variance = n / (n - 1) * sum((a - r b) ** 2) / sum(b) ** 2

    Args:
        moments: Sums over the units.

    Raises:
        ValueError: If fewer than two units have something below, or the
            denominators do not sum to a positive number.
    """
    if np.any(moments.units < 2) or np.any(moments.b <= 0):
        raise ValueError(
            "Every arm should have two units or more with something below "
            "their ratio, and a positive sum of it; wait for more data. "
            "Received: "
            f"{np.min(moments.units):g} units, sum {np.min(moments.b):g}."
        )
    ratio = moments.a / moments.b
    spread = moments.aa - 2 * ratio * moments.ab + ratio**2 * moments.bb
    # What is left of rounding may be below 0.
    spread = np.where(spread > 1e-12 * moments.aa, spread, 0)
    factor = moments.units / (moments.units - 1)
    return ratio, factor * spread / moments.b**2


def compared(
    control: Moments, treatment: Moments
) -> tuple[Number, Number, np.ndarray]:
    """Returns value and variance of both arms, and degrees of freedom.

    Units that are all alike do not tell how much units vary. An arm of such
    units has the variance of all units about the ratio of both arms: 0 only
    where no unit differs from any other.

    Args:
        control: Sums over the units.
        treatment: The same of the other arm.

    Raises:
        ValueError: As by `value_and_variance`.
    """
    arms = control, treatment
    values, variances = zip(*map(value_and_variance, arms), strict=True)
    both = Moments(*(np.add(*sums) for sums in zip(*arms, strict=True)))
    unit = value_and_variance(both)[1] * both.b**2 / both.units
    before, after = (
        np.where(variance > 0, variance, unit * arm.units / arm.b**2)
        for arm, variance in zip(arms, variances, strict=True)
    )
    total = before + after
    freedom = before**2 / (control.units - 1) + after**2 / (treatment.units - 1)
    degrees = np.divide(
        total**2, freedom, np.full_like(total, np.inf), where=freedom > 0
    )
    return (values[0], before), (values[1], after), degrees
