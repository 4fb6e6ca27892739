"""Sets training rows aside for validation, user by user."""

import dataclasses

import numpy as np

from tfmtl.datasets.hashing import uniform


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
        return uniform(users, self.seed) < self.fraction
