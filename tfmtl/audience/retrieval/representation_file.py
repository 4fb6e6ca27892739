"""What the experts make of the users of one shard, in files."""

import contextlib
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from tfmtl.audience.retrieval.shard import Block
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.files import new_file

_MADE_OF = b"made of"
# What gates and critics read, and what users are compared by.
JUDGED, COMPARED = ("mean", "experts"), "vector"
PARTS = (*JUDGED, COMPARED)


class RepresentationFile:
    """A Parquet file of ids, and beside it one of numbers for each part.

    The ids are written last: where they are, the numbers are. What they were
    made of stands with them.

    Args:
        path: The file of ids.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_one(self) -> bool:
        """Whether the file of ids is one of representations."""
        return self._made_of() is not None

    def is_made_of(self, source: str) -> bool:
        """Tells whether it is there in full.

        Args:
            source: What it should be made of.
        """
        return self.path.is_file() and self._made_of() == source.encode()

    def _made_of(self) -> bytes | None:
        return (parquet.read_schema(self.path).metadata or {}).get(_MADE_OF)

    def write(
        self,
        blocks: Iterator[Block],
        rows: int,
        id_field: pa.Field,
        dtype: Any,
        source: str,
    ) -> None:
        """Writes ids and numbers.

        Args:
            blocks: Ids, and the numbers of `PARTS`, `(users, ...)`.
            rows: Number of users of all blocks.
            id_field: Name and type of the column of ids.
            dtype: How to keep the numbers.
            source: What they are made of.

        Raises:
            ValueError: If a number does not fit into `dtype`.
        """
        self.path.unlink(missing_ok=True)
        ids, start = [], 0
        with contextlib.ExitStack() as stack:
            arrays: dict[str, np.ndarray] = {}
            for block_ids, numbers in blocks:
                ids.append(block_ids)
                stop = start + len(block_ids)
                for name, values in numbers.items():
                    if name not in arrays:
                        shape = (rows, *values.shape[1:])
                        arrays[name] = stack.enter_context(
                            _new_array(self._beside(name), dtype, shape)
                        )
                    arrays[name][start:stop] = _fitting(values, dtype)
                start = stop
        field = id_field.with_metadata(None)
        schema = pa.schema([field], {_MADE_OF: source.encode()})
        table = pa.table([pa.array(np.concatenate(ids), field.type)], schema)
        with new_file(self.path) as aside:
            parquet.write_table(table, aside)

    def blocks(
        self, shard: Shard, id_column: str, rows: int, parts: Sequence[str]
    ) -> Iterator[Block]:
        """Yields ids and numbers, some users at a time, as they are asked for.

        Args:
            shard: The file of ids.
            id_column: Name of their column.
            rows: Users at a time.
            parts: Which numbers.
        """
        ids = shard.ids(id_column)
        arrays = {
            name: np.load(self._beside(name), mmap_mode="r") for name in parts
        }
        for start in range(0, len(ids), rows):
            some = slice(start, start + rows)
            yield ids[some], {n: array[some] for n, array in arrays.items()}

    def remove(self) -> None:
        """Removes the files."""
        self.path.unlink()
        for name in PARTS:
            self._beside(name).unlink(missing_ok=True)

    def _beside(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.stem}.{name}.npy")


@contextlib.contextmanager
def _new_array(
    path: Path, dtype: np.dtype, shape: tuple[int, ...]
) -> Iterator[np.ndarray]:
    with new_file(path) as aside:
        array = np.lib.format.open_memmap(aside, "w+", dtype, shape)
        yield array
        array.flush()


def _fitting(values: np.ndarray, dtype: Any) -> np.ndarray:
    with np.errstate(over="ignore"):
        kept = values.astype(dtype)
    if not np.isfinite(kept).all():
        raise ValueError(
            "What the experts make of a user should be finite numbers that "
            "fit into `dtype`; take np.float32, and look for NaN and infinite "
            f"values among the features. Received: dtype={np.dtype(dtype)}, "
            f"largest {np.abs(values).max()}."
        )
    return kept
