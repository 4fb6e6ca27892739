"""Counts the values of the training file."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.ali_ccp.feature_strings import MISSING
from tfmtl.datasets.ali_ccp_schema import FIELDS
from tfmtl.datasets.vocabulary import Vocabulary


class VocabularyCounter:
    """Counts raw values chunk by chunk.

    Counts of chunks are put aside and merged once they are as many as those
    merged before, so that each is merged only a few times.
    """

    def __init__(self) -> None:
        empty = np.zeros((2, 0), np.int64)
        self._merged = [empty for _ in FIELDS]
        self._pending: list[list[np.ndarray]] = [[] for _ in FIELDS]

    def add(self, values: np.ndarray) -> None:
        """Counts the raw values of a chunk, `(rows, 18)`."""
        for place, column in enumerate(values.T):
            counted = pc.value_counts(pa.array(column[column != MISSING]))
            self._pending[place].append(
                np.stack(
                    [
                        counted.field(0).to_numpy().astype(np.int64),
                        counted.field(1).to_numpy(),
                    ]
                )
            )
            waiting = sum(part.shape[1] for part in self._pending[place])
            if waiting > max(self._merged[place].shape[1], 100_000):
                self._merge(place)

    def vocabulary(self, min_count: int) -> Vocabulary:
        """Returns the values that occurred at least `min_count` times."""
        kept = {}
        for place, field in enumerate(FIELDS):
            self._merge(place)
            values, counts = self._merged[place]
            kept[field] = values[counts >= min_count].astype(np.int32)
        return Vocabulary(kept)

    def _merge(self, place: int) -> None:
        parts = [self._merged[place], *self._pending[place]]
        values, counts = np.concatenate(parts, axis=1)
        values, owners = np.unique(values, return_inverse=True)
        totals = np.bincount(owners, counts, len(values)).astype(np.int64)
        self._merged[place] = np.stack([values, totals])
        self._pending[place] = []
