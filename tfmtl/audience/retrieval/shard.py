"""One Parquet file of users."""

import dataclasses
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from tfmtl.audience.retrieval.arrow_arrays import to_array

Block = tuple[np.ndarray, dict[str, np.ndarray]]


@dataclasses.dataclass(frozen=True)
class Shard:
    """A Parquet file of users, a row each.

    Args:
        path: The file.
        rows: Number of its rows.
        schema: Its columns.
    """

    path: Path
    rows: int
    schema: pa.Schema

    @classmethod
    def open(cls, path: Path) -> "Shard":
        """Returns the shard of a file, of which the footer is read only.

        Args:
            path: The file.

        Raises:
            ValueError: If it is no Parquet file.
        """
        try:
            with parquet.ParquetFile(path) as file:
                return cls(path, file.metadata.num_rows, file.schema_arrow)
        except (pa.ArrowInvalid, OSError) as error:
            raise ValueError(
                "A shard of users should be a Parquet file that can be read; "
                f"write it anew. Received: {str(path)!r}, {error}."
            ) from error

    @property
    def signature(self) -> str:
        """What changes when the file is written anew."""
        state = self.path.stat()
        return f"{self.path.name} {state.st_size} {state.st_mtime_ns}"

    def ids(self, id_column: str) -> np.ndarray:
        """Returns the ids, `(rows,)`."""
        with parquet.ParquetFile(self.path) as file:
            column = file.read([id_column], use_threads=False)[id_column]
        return to_array(_joined(column), id_column, self.path)

    def blocks(
        self, id_column: str, widths: dict[str, int | None], rows: int
    ) -> Iterator[Block]:
        """Yields ids and columns, some rows at a time.

        Args:
            id_column: Name of the column of ids.
            widths: Name of each column to the width of its matrix, None for
                a column of single values.
            rows: Rows of a block; the last one of the shard may have fewer.
        """
        names = list(dict.fromkeys([id_column, *widths]))
        with parquet.ParquetFile(self.path) as file:
            # Threads are of use for several shards at a time, not for columns.
            for batch in file.iter_batches(
                rows, columns=names, use_threads=False
            ):
                yield (
                    to_array(batch[id_column], id_column, self.path),
                    {
                        name: to_array(batch[name], name, self.path, width)
                        for name, width in widths.items()
                    },
                )

    def read(self, columns: Sequence[str]) -> dict[str, np.ndarray]:
        """Returns whole columns by name.

        Args:
            columns: Their names.
        """
        with parquet.ParquetFile(self.path) as file:
            table = file.read(list(columns))
        return {
            name: to_array(_joined(table[name]), name, self.path)
            for name in columns
        }


def _joined(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return (
        pa.concat_arrays(column.chunks)
        if column.num_chunks
        else pa.array([], column.type)
    )
