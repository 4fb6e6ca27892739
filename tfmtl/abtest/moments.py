"""A ratio of sums and its variance, from sums over the units."""

from typing import NamedTuple

import numpy as np

from tfmtl.abtest.parts import Parts


class Moments(NamedTuple):
    """What there is to know of the units of an arm, or of many arms.

    Args:
        units: Number of units.
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
    return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=1)


def value_and_variance(moments: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Returns the ratio, and its variance by the delta method.

        r        = sum(a) / sum(b)
        variance = n / (n - 1) * sum((a - r b) ** 2) / sum(b) ** 2

    Args:
        moments: Sums over the units.

    Raises:
        ValueError: If there are fewer than two units, or the denominators do
            not sum to a positive number.
    """
    if np.any(moments.units < 2) or np.any(moments.b <= 0):
        raise ValueError(
            "Every arm should have two units or more, and a positive sum "
            "below its ratio; wait for more data. Received: "
            f"{np.min(moments.units):g} units, sum {np.min(moments.b):g}."
        )
    ratio = moments.a / moments.b
    spread = moments.aa - 2 * ratio * moments.ab + ratio**2 * moments.bb
    # What is left of rounding may be below 0.
    spread = np.where(spread > 1e-12 * moments.aa, spread, 0)
    factor = moments.units / (moments.units - 1)
    return ratio, factor * spread / moments.b**2
