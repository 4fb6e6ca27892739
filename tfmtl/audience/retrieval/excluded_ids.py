"""Users that are in no audience: seeds, and those who have opted out."""

from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.retrieval.arrow_arrays import WHOLE
from tfmtl.audience.user_table import id_index


class ExcludedIds:
    """Says which users to leave out.

    Args:
        ids: Their ids, also of users that nobody knows.
        kind: What the users' ids are, whole numbers or text.

    Raises:
        ValueError: If these are no ids, or of another type, so that none
            could be found.
    """

    def __init__(self, ids: Any, kind: str) -> None:
        self._index = id_index(ids, "exclude").unique()
        expected = "integer" if kind == WHOLE else "string"
        received = pd.api.types.infer_dtype(self._index, skipna=False)
        if len(self._index) and received != expected:
            raise ValueError(
                "`exclude` should hold ids of the type that the users' ids "
                f"are of, {expected}; convert one of them. Received: "
                f"{received} values, first {self._index[:3].tolist()}."
            )

    @property
    def ids(self) -> np.ndarray:
        """The ids, in order."""
        return np.sort(self._index.to_numpy())

    def are_left(self, ids: np.ndarray) -> np.ndarray:
        """Returns for each id whether it is not to be left out.

        Args:
            ids: `(users,)`.
        """
        if not len(self._index):
            return np.ones(len(ids), bool)
        return self._index.get_indexer(ids) < 0
