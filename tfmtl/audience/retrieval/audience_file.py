"""Ids and scores, best first, in a file that is there in full or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv
from pyarrow import parquet

from tfmtl.files import new_file

SCORE = "score"


def writer_of(path: Path) -> Callable[[pa.Table, Any], None]:
    """Returns what writes a file of this name.

    Args:
        path: The file.

    Raises:
        ValueError: If the name ends neither in `.parquet` nor in `.csv`.
    """
    writers = {".parquet": parquet.write_table, ".csv": csv.write_csv}
    if path.suffix not in writers:
        raise ValueError(
            "`path` should end in .parquet or .csv, which says how to write "
            f"the audience. Received: path={str(path)!r}."
        )
    return writers[path.suffix]


def write_audience(
    path: Path,
    ids: np.ndarray,
    scores: np.ndarray,
    field: pa.Field,
    folder: Path | None = None,
) -> None:
    """Writes an audience.

    Args:
        path: The file, Parquet or CSV by its name.
        ids: `(users,)`, best first.
        scores: `(users,)`.
        field: Name and type of the column of ids.
        folder: Where to write before the file gets its name, on the same
            disk; None for beside it.
    """
    columns = {field.name: pa.array(ids, field.type), SCORE: pa.array(scores)}
    write = writer_of(path)
    with new_file(path, folder) as aside:
        write(pa.table(columns), aside)


def copy_audience(source: Path, path: Path, field: pa.Field) -> None:
    """Writes an audience once more.

    Args:
        source: The audience, as CSV.
        path: The file, Parquet or CSV by its name.
        field: Name and type of the column of ids.
    """
    write = writer_of(path)
    # Text that looks like a number is text.
    kinds = {field.name: field.type, SCORE: pa.float32()}
    options = csv.ConvertOptions(column_types=kinds)
    table = csv.read_csv(source, convert_options=options)
    with new_file(path) as aside:
        write(table, aside)


def read_audience(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Returns ids and scores of a Parquet file of an audience.

    Args:
        path: The file.
    """
    table = parquet.read_table(path)
    return table[0].to_numpy(), table[1].to_numpy()
