"""Rows of equal score."""

import numpy as np


def tie_starts(scores: np.ndarray) -> np.ndarray:
    """Returns where each run of equal scores begins.

    Args:
        scores: One sorted score per row.

    Example:

    >>> tie_starts(np.array([0.1, 0.4, 0.4, np.inf, np.inf]))
    array([0, 1, 3])
    """
    # Compared, not subtracted: inf - inf is NaN.
    changes = np.ones(len(scores), bool)
    changes[1:] = scores[1:] != scores[:-1]
    return np.flatnonzero(changes)
