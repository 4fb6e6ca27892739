"""How near users are to the middle of some seeds."""

import numpy as np

from tfmtl.audience import SimilarUsers


class Centroid:
    """Scores users by the cosine to the mean of the seeds' vectors.

    It is what an audience is chosen by without a model, see
    `tfmtl.audience.SimilarUsers`.

    Args:
        vectors: A vector for each user, `(users, width)`.

    Example:

    >>> score = Centroid(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]))
    >>> score(np.array([0]), np.array([2, 1]))
    array([0., 1.], dtype=float32)
    """

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def __call__(self, seeds: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Returns the score of each user.

        Args:
            seeds: Places of the seeds.
            users: Places of the users.
        """
        centre = self._vectors[seeds].mean(axis=0, keepdims=True)
        places = np.arange(len(users))
        similar = SimilarUsers(places, _directions(self._vectors[users]))
        (places,), (cosines,) = similar.nearest(_directions(centre), len(users))
        scores = np.empty_like(cosines)
        scores[places] = cosines
        return scores


def _directions(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)
