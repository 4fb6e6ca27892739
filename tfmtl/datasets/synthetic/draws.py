"""What the makers of synthetic data share: ids, scales and mean rates."""

import numpy as np


def zipf_ids(
    draw: np.random.Generator, size: int, exponent: float, rows: int
) -> np.ndarray:
    """Draws ids 1 to `size - 1`, the lower the more frequent.

    Args:
        draw: Where the numbers come from.
        size: Size of the vocabulary, the 0 included.
        exponent: The id k occurs in proportion to `k ** -exponent`.
        rows: How many to draw.

    Returns:
        `(rows,)` int32.
    """
    shares = np.cumsum(np.arange(1, size, dtype=np.float64) ** -exponent)
    places = np.searchsorted(shares, draw.random(rows) * shares[-1], "right")
    return np.minimum(places + 1, size - 1).astype(np.int32)


def standardize(values: np.ndarray) -> np.ndarray:
    """Returns the values with mean 0 and deviation 1 in each column."""
    return (values - values.mean(0)) / np.maximum(values.std(0), 1e-6)


def passing_chance(
    logit: np.ndarray, chance: np.ndarray, rate: float
) -> np.ndarray:
    """Shifts the logits so that `mean(chance * sigmoid(logit))` is `rate`.

    Args:
        logit: `(rows,)`.
        chance: `(rows,)`, the chance to get so far.
        rate: The mean to reach, below that of `chance`.

    Returns:
        `(rows,)`, the sigmoid of the shifted logits.
    """
    low, high = -50.0, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        passed = 1 / (1 + np.exp(-(logit + middle)))
        if chance @ passed < rate * len(logit):
            low = middle
        else:
            high = middle
    return passed
