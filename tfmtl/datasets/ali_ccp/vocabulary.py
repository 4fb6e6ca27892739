"""The ids of the fields: counted on the training file, sorted by value."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tfmtl.datasets.ali_ccp.feature_strings import MISSING
from tfmtl.datasets.ali_ccp_schema import FIELDS


class Vocabulary:
    """Maps raw values to ids 1, 2, ... and what it does not know to 0.

    Args:
        values: Field to its raw values, sorted: their order is the ids'.
    """

    def __init__(self, values: Mapping[str, np.ndarray]):
        self.values = dict(values)

    @property
    def sizes(self) -> dict[str, int]:
        """Field to its number of ids, the 0 included."""
        return {name: len(values) + 1 for name, values in self.values.items()}

    def ids(self, field: str, raw: np.ndarray) -> np.ndarray:
        """Returns the ids of raw values, int32."""
        value_set = pa.array(self.values[field], pa.int32())
        found = pc.index_in(pa.array(raw, pa.int32()), value_set=value_set)
        return pc.fill_null(found, -1).to_numpy() + np.int32(1)

    def write(self, path: Path) -> None:
        """Writes one row for each id: field, value and id."""
        lengths = [len(values) for values in self.values.values()]
        table = pa.table(
            {
                "field": np.repeat(list(self.values), lengths),
                "value": np.concatenate(list(self.values.values())),
                "id": np.concatenate([np.arange(n) + 1 for n in lengths]),
            }
        )
        pq.write_table(table, path)

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """Reads what `write` wrote."""
        table = pq.read_table(path).to_pandas()
        return cls(
            {
                field: table.loc[table["field"] == field, "value"].to_numpy()
                for field in FIELDS
            }
        )


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
