"""Who may be in an audience."""

from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.retrieval.arrow_arrays import WHOLE
from tfmtl.audience.user_table import id_index
from tfmtl.id_kind import id_kind


class WantedIds:
    """Says which users to choose from.

    Args:
        kind: What the users' ids are, whole numbers or text.
        exclude: Ids of those who are in no audience, seeds and those who have
            opted out, also of users that nobody knows.
        candidates: Ids of those who may be in it, if these are not all others.

    Raises:
        ValueError: If these are no ids, or of another type, so that none
            could be found.
    """

    def __init__(
        self, kind: str, exclude: Any = (), candidates: Any = None
    ) -> None:
        self._excluded = _index(exclude, "exclude", kind)
        self._candidates = (
            None
            if candidates is None
            else _index(candidates, "candidates", kind)
        )

    @property
    def signature(self) -> tuple[np.ndarray | None, ...]:
        """What differs when other users are wanted."""
        return tuple(
            None if index is None else np.sort(index.to_numpy())
            for index in (self._excluded, self._candidates)
        )

    def are_wanted(self, ids: np.ndarray) -> np.ndarray:
        """Returns for each id whether it may be in the audience.

        Args:
            ids: `(users,)`.
        """
        wanted = np.ones(len(ids), bool)
        if len(self._excluded):
            wanted = self._excluded.get_indexer(ids) < 0
        if self._candidates is not None:
            wanted &= self._candidates.get_indexer(ids) >= 0
        return wanted


def _index(ids: Any, name: str, kind: str) -> pd.Index:
    index = id_index(ids, name).unique()
    expected = "integer" if kind == WHOLE else "string"
    received = id_kind(index)
    if len(index) and received != expected:
        raise ValueError(
            f"`{name}` should hold ids of the type that the users' ids "
            f"are of, {expected}; convert one of them. Received: "
            f"{received} values, first {index[:3].tolist()}."
        )
    return index
