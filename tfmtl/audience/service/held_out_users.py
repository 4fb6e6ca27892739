"""The users that a campaign's models are judged by."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from tfmtl.audience import held_out
from tfmtl.estimate import Estimate

_COLUMNS = ["user_id", "is_seed", "score"]


@dataclasses.dataclass(frozen=True, eq=False)
class HeldOutUsers:
    """Users that no version of a campaign's model is trained on.

    Args:
        ids: `(users,)`.
        is_seed: `(users,)`, whether it is a seed.
        scores: `(users,)`, what a version says of them.
    """

    ids: np.ndarray
    is_seed: np.ndarray
    scores: np.ndarray

    def auc(self) -> Estimate:
        """Returns the chance that a seed is ranked above another user."""
        return held_out.auc(*self.split())

    def lift(self, share: float) -> Estimate:
        """Returns how many times more seeds are at the top than at random.

        Args:
            share: Share of the pool that is the top.
        """
        return held_out.lift(*self.split(), share)

    def split(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the scores of the seeds, and those of the others."""
        return self.scores[self.is_seed], self.scores[~self.is_seed]

    def without(self, ids: np.ndarray) -> "HeldOutUsers":
        """Returns the seeds, and of the others those that are not listed.

        Args:
            ids: Others to leave out, that have turned out to be no others.
        """
        kept = self.is_seed | ~np.isin(self.ids, ids)
        return HeldOutUsers(
            self.ids[kept], self.is_seed[kept], self.scores[kept]
        )

    def save(self, path: Path) -> None:
        """Writes them as Parquet.

        Args:
            path: The file.
        """
        columns = (self.ids, self.is_seed, self.scores)
        frame = pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))
        frame.to_parquet(path, index=False)

    @classmethod
    def load(cls, path: Path) -> "HeldOutUsers":
        """Reads what was written.

        Args:
            path: The file.
        """
        frame = pd.read_parquet(path)
        return cls(*(frame[name].to_numpy() for name in _COLUMNS))
