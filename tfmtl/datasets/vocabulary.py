"""The ids of fields, sorted by value."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class Vocabulary:
    """Maps raw numbers to ids 1, 2, ... and what it does not know to 0.

    Args:
        values: Field to its raw values, sorted: their order is the ids'.

    Example:

    >>> vocabulary = Vocabulary({"age": np.array([3, 5], np.int32)})
    >>> vocabulary.ids("age", np.array([5, 4], np.int32))
    array([2, 0], dtype=int32)
    """

    def __init__(self, values: Mapping[str, np.ndarray]):
        self.values = dict(values)

    @property
    def sizes(self) -> dict[str, int]:
        """Field to its number of ids, the 0 included."""
        return {name: len(values) + 1 for name, values in self.values.items()}

    def ids(self, field: str, raw: np.ndarray) -> np.ndarray:
        """Returns the ids of raw values, int32.

        Args:
            field: Name of the field.
            raw: `(rows,)`.
        """
        value_set = pa.array(self.values[field], pa.int32())
        found = pc.index_in(pa.array(raw, pa.int32()), value_set=value_set)
        return pc.fill_null(found, -1).to_numpy() + np.int32(1)

    def write(self, path: Path) -> None:
        """Writes one row for each id: field, value and id.

        Args:
            path: A new Parquet file.
        """
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
    def read(cls, path: Path, fields: Sequence[str]) -> "Vocabulary":
        """Reads what `write` wrote.

        Args:
            path: The file.
            fields: Names of the fields.
        """
        table = pq.read_table(path).to_pandas()
        return cls(
            {
                field: table.loc[table["field"] == field, "value"].to_numpy()
                for field in fields
            }
        )
