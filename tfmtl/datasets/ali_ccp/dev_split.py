"""Ways of setting rows of the training file aside for validation."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class RandomRows:
    """Sets rows aside at random.

    Args:
        fraction: Share of the rows.
        seed: Int, makes another choice.

    Call arguments:
        rows: Numbers of the rows in their file.
        users: Their users; not looked at.

    Returns:
        For each row, whether it is set aside.
    """

    fraction: float = 0.1
    seed: int = 0

    def __call__(self, rows: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Tells which rows are set aside."""
        return _uniform(rows, self.seed) < self.fraction


@dataclasses.dataclass(frozen=True)
class WholeUsers:
    """Sets users aside, each with all of their rows.

    A user is a value of field 101, because one user may have several entries
    in the table of common features. Rows without a user stay together.

    Args:
        fraction: Share of the users.
        seed: Int, makes another choice.

    Call arguments:
        rows: Numbers of the rows in their file; not looked at.
        users: Their users.

    Returns:
        For each row, whether it is set aside.
    """

    fraction: float = 0.1
    seed: int = 0

    def __call__(self, rows: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Tells which rows are set aside."""
        return _uniform(users, self.seed) < self.fraction


def _uniform(keys: np.ndarray, seed: int) -> np.ndarray:
    """Hashes whole numbers to [0, 1): the same in any chunk or process.

    This is the mixing function of SplitMix64.
    """
    mixed = keys.astype(np.int64).view(np.uint64)
    # Unsigned arithmetic that wraps around is what the function is made of.
    mixed = mixed + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(11)) / 2.0**53
