"""Rows made up, with the best possible answer known."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl import metrics
from tfmtl.features import CategoricalFeature
from tfmtl.tasks import BinaryTask


@dataclasses.dataclass(frozen=True, eq=False)
class SyntheticPath:
    """Rows of a conversion path, with the probabilities that made them.

    Args:
        features: The inputs.
        tasks: The steps, each the parent of the next.
        x: `{feature: (rows,) int32}`, as `fit` takes it.
        y: `{task: (rows, 1) float32}`, as `fit` takes it.
        probabilities: `{task: (rows, 1) float64}`, the true, unconditional
            probability of each label given the row's features.
    """

    features: list[CategoricalFeature]
    tasks: list[BinaryTask]
    x: dict[str, np.ndarray]
    y: dict[str, np.ndarray]
    probabilities: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.y.values())))

    @property
    def frame(self) -> pd.DataFrame:
        """One column for each feature and, as whole numbers, each task."""
        labels = {name: y[:, 0].astype(np.int8) for name, y in self.y.items()}
        return pd.DataFrame({**self.x, **labels})

    def bayes_auc(self) -> dict[str, float]:
        """Returns the AUC of the true probabilities on these very labels.

        No model can be expected to do better on these rows. Ties count one
        half; NaN where the labels are all of one class.
        """
        auc, alike = metrics.AUC(), np.ones(len(self))
        return {
            name: auc.compute(self.y[name][:, 0], chance[:, 0], alike)
            for name, chance in self.probabilities.items()
        }

    def split(
        self, fractions: Sequence[float] = (0.8, 0.1, 0.1), seed: int = 0
    ) -> tuple["SyntheticPath", ...]:
        """Deals the rows out at random.

        Args:
            fractions: Share of each part: train, dev and test, for example.
            seed: Int, the order of the rows.

        Raises:
            ValueError: A share is not positive, or they do not add up to 1.
        """
        if min(fractions) <= 0 or not np.isclose(sum(fractions), 1.0):
            raise ValueError(
                "`fractions` should be positive and add up to 1. "
                f"Received: fractions={fractions}."
            )
        ends = np.round(np.cumsum(fractions)[:-1] * len(self)).astype(int)
        order = np.random.default_rng(seed).permutation(len(self))
        return tuple(self._take(rows) for rows in np.split(order, ends))

    def _take(self, rows: np.ndarray) -> "SyntheticPath":
        def take(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: array[rows] for name, array in arrays.items()}

        return dataclasses.replace(
            self,
            x=take(self.x),
            y=take(self.y),
            probabilities=take(self.probabilities),
        )
