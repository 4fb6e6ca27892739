"""The best users so far."""

from collections.abc import Iterable

import numpy as np

from tfmtl.audience.top_rows import top_rows

_LEAST_ROOM = 65_536


class TopUsers:
    """Keeps the best of all users it is shown, in memory for some times that.

    Of equal scores the lower id is better, so that neither the order of the
    users nor who is shown which of them matters.

    Args:
        size: How many to keep.

    Example:

    >>> top = TopUsers(2)
    >>> top.add(np.array([7, 4]), np.array([0.9, 0.5], "float32"))
    >>> top.add(np.array([3, 9]), np.array([0.9, 0.1], "float32"))
    >>> top.best()[0]
    array([3, 7])
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._held = 0
        self._least = -np.inf

    def add(self, ids: np.ndarray, scores: np.ndarray) -> None:
        """Shows more users.

        Args:
            ids: `(users,)`.
            scores: `(users,)` float32.
        """
        if self._least > -np.inf:
            rows = np.flatnonzero(scores >= self._least)
            ids, scores = ids[rows], scores[rows]
        self._parts.append((ids, scores))
        self._held += len(ids)
        if self._held > 2 * self.size + _LEAST_ROOM:
            self.best()

    def best(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns ids and scores of the best, in order."""
        if not self._parts:
            return np.zeros(0, int), np.zeros(0, np.float32)
        # What holds no users may have ids of another type.
        filled = [part for part in self._parts if len(part[0])]
        parts = filled or self._parts[:1]
        ids, scores = (np.concatenate(c) for c in zip(*parts, strict=True))
        if len(ids):
            rows = top_rows(scores, ids, min(self.size, len(ids)))
            ids, scores = ids[rows], scores[rows]
        if len(ids) == self.size:
            self._least = scores[-1]
        self._parts, self._held = [(ids, scores)], len(ids)
        return ids, scores


def best_of(
    parts: Iterable[tuple[np.ndarray, np.ndarray]], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the best of all parts, in order.

    Args:
        parts: Ids and scores.
        size: How many.
    """
    top = TopUsers(size)
    for ids, scores in parts:
        top.add(ids, scores)
    return top.best()
