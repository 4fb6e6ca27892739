"""The table of the features that many rows share."""

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.ali_ccp import feature_strings
from tfmtl.datasets.ali_ccp_schema import REMEDY
from tfmtl.datasets.malformed_row import MalformedRow
from tfmtl.datasets.raw_table import RawTable

_COLUMNS = ("common_index", "n", "features")


@dataclasses.dataclass(frozen=True)
class CommonFeatures:
    """The entries of the table, in 72 bytes each and their names.

    Args:
        names: `(entries,)`, by which rows refer to the entries.
        values: `(entries, 18)` int32, raw ids.
    """

    names: pa.BinaryArray
    values: np.ndarray

    @classmethod
    def read(cls, path: Path) -> "CommonFeatures":
        """Reads the table from its file."""
        names, values = [], []
        table = RawTable(path, _COLUMNS, REMEDY)
        for first, batch in table.chunks(["common_index", "features"]):
            with table.located(first):
                values.append(feature_strings.parse(batch.column(1)))
            names.append(batch.column(0))
        # A look-up finds the first, and of a repeated name the last counts.
        last_first = np.arange(sum(map(len, names)))[::-1]
        return cls(
            pa.concat_arrays(names).take(pa.array(last_first)),
            np.concatenate(values)[last_first],
        )

    def look_up(self, names: pa.BinaryArray) -> np.ndarray:
        """Returns the values of each row's entry, `(rows, 18)`.

        Raises:
            MalformedRow: A row refers to an entry that is not there.
        """
        found = pc.index_in(names, value_set=self.names)
        if found.null_count:
            row = int(np.argmax(found.is_null().to_numpy(False)))
            raise MalformedRow(
                row,
                "common_index",
                "A row must refer to an entry of the common features.",
                names[row].as_py(),
            )
        return self.values[found.to_numpy()]
