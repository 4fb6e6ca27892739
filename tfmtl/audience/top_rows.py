"""The best users, exactly and always the same."""

from typing import Any

import numpy as np

from tfmtl.layers.sizes import check_sizes


def top_rows(scores: np.ndarray, ids: np.ndarray, size: int) -> np.ndarray:
    """Returns the rows of the highest scores, best first.

    Of equal scores the lower id comes first, so that the result depends
    neither on the order of the rows nor on who scores which of them.

    Args:
        scores: `(rows,)`, none of them NaN.
        ids: `(rows,)`, distinct.
        size: How many, at most `rows`.

    Example:

    >>> top_rows(np.array([0.1, 0.9, 0.9, 0.5]), np.array([1, 7, 4, 3]), 3)
    array([2, 1, 3])
    """
    least = np.partition(scores, len(scores) - size)[len(scores) - size]
    found = np.flatnonzero(scores >= least)
    _, places = np.unique(ids[found], return_inverse=True)
    return found[np.lexsort((places, -scores[found]))[:size]]


def check_size(size: Any, available: int, users: int) -> None:
    """Refuses to look for more users than there are.

    Args:
        size: How many are asked for.
        available: How many are neither seeds nor left out.
        users: How many there are.

    Raises:
        ValueError: If it is no number of users, or there are not as many.
    """
    check_sizes(size=size)
    if size > available:
        raise ValueError(
            "`size` should be no more than there are users to choose from, "
            "without seeds and others that are left out. "
            f"Received: size={size!r}, of {users} users {available} are left."
        )
