"""Sets training rows aside for validation, at random."""

import dataclasses

import numpy as np

from tfmtl.datasets.hashing import uniform


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
        return uniform(rows, self.seed) < self.fraction
