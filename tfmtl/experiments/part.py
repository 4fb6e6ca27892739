"""Rows to train on, to choose by, or to test on."""

import dataclasses
from collections.abc import Mapping

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Part:
    """Columns of inputs and of labels, all of as many rows.

    Args:
        x: `{feature: (rows,)}`, as `fit` takes it.
        y: `{task: (rows, 1) float32}`, as `fit` takes it.
    """

    x: Mapping[str, np.ndarray]
    y: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.y.values())))

    @property
    def positives(self) -> dict[str, int]:
        """Number of rows with each label."""
        return {name: int(label.sum()) for name, label in self.y.items()}
