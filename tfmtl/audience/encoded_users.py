"""Writes a user base as a model reads it."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich import progress as rich_progress

from tfmtl.files import new_folder


def write_encoded(
    raw_folder: Path,
    folder: Path,
    encode: Callable[[pd.DataFrame, str], Mapping[str, np.ndarray]],
    columns: Sequence[str],
    rows: int,
    progress: bool,
) -> Path:
    """Writes a file of encoded users for each file of raw ones.

    Args:
        raw_folder: Folder of Parquet files.
        folder: Folder to make. If another process is faster, its files are
            kept.
        encode: Makes feature columns of raw columns and the name of a file.
        columns: Names of the raw columns, that of the ids first.
        rows: Rows to read at a time.
        progress: Whether to show a bar on the terminal.

    Raises:
        ValueError: If there is nothing to encode, a column is missing, or
            the folder is there already.
    """
    files = sorted(raw_folder.glob("*.parquet"))
    if not files or folder.exists():
        raise ValueError(
            "`raw_folder` should hold Parquet files, and `folder` should not "
            "be there yet; remove it to encode the users anew. Received: "
            f"{len(files)} files in {str(raw_folder)!r}, folder={str(folder)!r}"
            f"{' which is there' if folder.exists() else ''}."
        )
    total = sum(pq.read_metadata(path).num_rows for path in files)
    if not total:
        raise ValueError(
            "There should be at least one user; look at what has filtered "
            f"them. Received: 0 rows in {str(raw_folder)!r}."
        )
    with (
        new_folder(folder) as aside,
        rich_progress.Progress(disable=not progress, transient=True) as bar,
    ):
        task = bar.add_task("encoding users", total=total)
        for path in files:
            _write(path, aside / path.name, encode, columns, rows, bar, task)
    return folder


def _write(
    source: Path,
    target: Path,
    encode: Callable[[pd.DataFrame, str], Mapping[str, np.ndarray]],
    columns: Sequence[str],
    rows: int,
    bar: rich_progress.Progress,
    task: rich_progress.TaskID,
) -> None:
    """Encodes one file."""
    with pq.ParquetFile(source) as file:
        present = file.schema_arrow.names
        missing = [name for name in columns if name not in present]
        if missing:
            raise ValueError(
                f"{source}: Users should have all columns that the model "
                f"reads, and ids; add {missing}. Received: columns={present}."
            )
        writer = None
        for batch in file.iter_batches(rows, columns=list(columns)):
            encoded = encode(batch.to_pandas(), str(source))
            table = pa.table(
                {
                    columns[0]: batch.column(
                        batch.schema.get_field_index(columns[0])
                    ),
                    **{name: _array(c) for name, c in encoded.items()},
                }
            )
            writer = writer or pq.ParquetWriter(
                target, table.schema, compression="zstd"
            )
            writer.write_table(table)
            bar.advance(task, len(table))
        if writer is not None:
            writer.close()


def _array(column: np.ndarray) -> pa.Array:
    """Returns numbers as they are, rows of several as lists."""
    if column.ndim == 1:
        return pa.array(column)
    offsets = np.arange(len(column) + 1, dtype=np.int32) * column.shape[1]
    return pa.ListArray.from_arrays(offsets, pa.array(column.reshape(-1)))
