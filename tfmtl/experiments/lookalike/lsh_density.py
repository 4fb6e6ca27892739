"""Whether there are more seeds around a user than there are users."""

import numpy as np


class LshDensity:
    """Scores users by how dense the seeds are in their regions of space.

    A hash function of `bits` random hyperplanes through the origin cuts the
    space into regions. Of the region that a user is in, it asks what share of
    the seeds is there, over the share of all users:

        ratio(u) = (seeds in region + 1) / (seeds + regions)
                   * (users + regions) / (users in region + 1)

    and the score is the mean over the functions.

    Args:
        vectors: A vector for each user, `(users, width)`.
        functions: Number of hash functions.
        bits: Number of hyperplanes of a function.
        seed: Int that draws the hyperplanes.

    Example:

    >>> vectors = np.array([[1.0, 0.2], [1.0, 0.1], [-1.0, 0.0], [-1.0, 0.1]])
    >>> score = LshDensity(vectors, functions=50, bits=1)
    >>> near, far = score(np.array([0]), np.array([1, 2]))
    >>> bool(near > far)
    True
    """

    def __init__(
        self,
        vectors: np.ndarray,
        functions: int = 128,
        bits: int = 5,
        seed: int = 0,
    ) -> None:
        draw = np.random.default_rng(seed)
        planes = draw.standard_normal((vectors.shape[1], functions * bits))
        sides = (vectors @ planes > 0).reshape(len(vectors), functions, bits)
        self._size = 2**bits
        # A region of every function has a number of its own.
        self._regions = sides @ (2 ** np.arange(bits))
        self._regions += self._size * np.arange(functions)
        self._counts = self._count(np.arange(len(vectors)))

    def __call__(self, seeds: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Returns the score of each user.

        Args:
            seeds: Places of the seeds.
            users: Places of the users.
        """
        inside = (self._count(seeds) + 1) / (len(seeds) + self._size)
        around = (self._counts + 1) / (len(self._regions) + self._size)
        return (inside / around)[self._regions[users]].mean(axis=1)

    def _count(self, places: np.ndarray) -> np.ndarray:
        regions = self._regions[places].ravel()
        return np.bincount(regions, minlength=self._regions.max() + 1)
