"""How near users are to the middle of some seeds."""

import numpy as np


class Centroid:
    """Scores users by the cosine to the mean of the seeds' vectors.

    Args:
        vectors: A vector for each user, `(users, width)`.

    Example:

    >>> score = Centroid(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]))
    >>> score(np.array([0]), np.array([1, 2]))
    array([1., 0.])
    """

    def __init__(self, vectors: np.ndarray) -> None:
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self._vectors = vectors / np.maximum(lengths, 1e-12)

    def __call__(self, seeds: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Returns the score of each user.

        Args:
            seeds: Places of the seeds.
            users: Places of the users.
        """
        return self._vectors[users] @ self._vectors[seeds].mean(axis=0)
