"""Streams a raw table in chunks, and tells where in it a fault lies."""

import contextlib
import dataclasses
import itertools
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv
from tqdm import tqdm

from tfmtl.datasets.checks import TableError
from tfmtl.datasets.malformed_row import MalformedRow

# A block must hold the longest line, which is some hundred kilobytes. Arrow
# reads up to 32 of them ahead.
_BLOCK_BYTES = 4 << 20
# Some work on a chunk costs the same however long it is.
_CHUNK_BYTES = 32 << 20


@dataclasses.dataclass(frozen=True)
class RawTable:
    """A large file of lines without quotes.

    Args:
        path: The file.
        columns: Names for its columns.
        remedy: A sentence that says what to do if a line is at fault.
        delimiter: What stands between two columns.
        header: Number of lines before the first row.

    Example:

        table = RawTable(path, ("aid", "uid"), "Mend the line.")
        for first, chunk in table.chunks(["uid"]):
            with table.located(first):
                users = parse(chunk["uid"])
    """

    path: Path
    columns: tuple[str, ...]
    remedy: str
    delimiter: str = ","
    header: int = 0

    def chunks(
        self, used: Sequence[str]
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yields the number of a chunk's first row, from 0, and the chunk.

        Args:
            used: Columns to read, as bytes.

        Raises:
            TableError: The file has no rows, or a line has too few or many
                columns.
        """
        self._require_rows()
        bad_lines: list[csv.InvalidRow] = []

        def refuse(line: csv.InvalidRow) -> str:
            bad_lines.append(line)
            return "error"

        first = 0
        with _progress(self.path) as bar, pa.OSFile(str(self.path)) as file:
            try:
                reader = csv.open_csv(
                    file,
                    csv.ReadOptions(
                        use_threads=False,  # or lines would have no numbers
                        block_size=_BLOCK_BYTES,
                        skip_rows=self.header,
                        column_names=list(self.columns),
                    ),
                    csv.ParseOptions(
                        delimiter=self.delimiter,
                        quote_char=False,
                        ignore_empty_lines=False,
                        invalid_row_handler=refuse,
                    ),
                    csv.ConvertOptions(
                        include_columns=list(used),
                        column_types=dict.fromkeys(used, pa.binary()),
                    ),
                )
                for chunk in _merge(reader):
                    yield first, chunk
                    first += len(chunk)
                    bar.update(file.tell() - bar.n)
            except pa.ArrowInvalid as error:
                raise self._refusal(bad_lines, error) from error

    @contextlib.contextmanager
    def located(self, first: int) -> Iterator[None]:
        """Adds file and line to the error of a row in a chunk.

        Args:
            first: Number of the chunk's first row, from 0.

        Raises:
            TableError: Instead of `MalformedRow`.
        """
        try:
            yield
        except MalformedRow as error:
            raise TableError.of(
                self.path,
                error.expected,
                self.remedy,
                line=self.header + first + error.row + 1,
                column=error.column,
                value=error.value,
            ) from error

    def _require_rows(self) -> None:
        with self.path.open("rb") as file:
            if not any(itertools.islice(file, self.header, self.header + 1)):
                raise TableError.of(
                    self.path, "The file must have rows.", self.remedy, rows=0
                )

    def _refusal(
        self, bad_lines: Sequence[csv.InvalidRow], error: pa.ArrowInvalid
    ) -> TableError:
        if not bad_lines:
            return TableError.of(
                self.path,
                "The file must be a table without quotes.",
                self.remedy,
                problem=str(error),
            )
        line = bad_lines[0]
        return TableError.of(
            self.path,
            f"A line must have {line.expected_columns} columns.",
            self.remedy,
            line=line.number,
            columns=line.actual_columns,
            value=line.text,
        )


def _merge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Joins batches until they are large enough to be worth the work."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.nbytes for part in waiting) >= _CHUNK_BYTES:
            yield _join(waiting)
            waiting = []
    if waiting:
        yield _join(waiting)


def _join(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _progress(path: Path) -> "tqdm[None]":
    return tqdm(
        desc=path.name,
        total=path.stat().st_size,
        unit="B",
        unit_scale=True,
        disable=None,  # where nobody looks at a terminal
    )
