"""Checks the Parquet files of a split before anything is made of them."""

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.components.raw_column import RawColumn
from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.tasks import Task


def check_split(
    files: Sequence[str],
    columns: Sequence[RawColumn],
    tasks: Sequence[Task] = (),
) -> int:
    """Refuses a split with a column or a label that is not as it should be.

    One column is in memory at a time, and the labels, which are checked
    together. Rows in messages count from 0 within the file. A file without
    rows may stand beside others.

    Args:
        files: Parquet files of one split.
        columns: The columns that each must have.
        tasks: Tasks whose labels stand in columns named after them.

    Returns:
        The number of rows.

    Raises:
        TableError: Naming file, column, row, value and remedy.
    """
    rows = 0
    labels = {}
    names = [task.name for task in tasks]
    wanted = [*(column.name for column in columns), *names]
    for path in files:
        with open_parquet(path) as table:
            check_names(table, wanted, path)
            if not table.metadata.num_rows:
                continue  # a part that came out empty, of unknown types
            for column in columns:
                values = table.read(columns=[column.name])[column.name]
                column.check(values, path)
            labels[path] = table.read(columns=names).to_pandas()
            rows += table.metadata.num_rows
    if not rows:
        raise checks.TableError.of(
            os.path.dirname(files[0]),
            "The split must have rows.",
            "Check the filter or the export that made it.",
            rows=0,
        )
    if tasks:
        _check_labels(labels, tasks)
    return rows


def open_parquet(path: str) -> pq.ParquetFile:
    """Opens a file, or refuses it.

    Args:
        path: The file.

    Raises:
        TableError: If it cannot be read.
    """
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise checks.TableError.of(
            path,
            "The file must be a Parquet file that can be read.",
            "Write it anew, for instance with `DataFrame.to_parquet`.",
            error=str(error),
        ) from error


def check_names(
    file: pq.ParquetFile, names: Iterable[str], source: str
) -> None:
    """Refuses a file without a column, or with two of its name.

    Args:
        file: The file, open.
        names: The columns that it must have.
        source: Where it is, for the message.

    Raises:
        TableError: If there is not one column of each name.
    """
    present = pd.DataFrame(columns=file.schema_arrow.names)
    require_columns(present, names, source)


def read_table(path: str, names: Iterable[str]) -> pa.Table:
    """Reads a file whole, or refuses it.

    Args:
        path: The file.
        names: The columns that it must have; there may be more.

    Raises:
        TableError: If it cannot be read, or there is not one column of each
            name.
    """
    with open_parquet(path) as file:
        check_names(file, names, path)
        return file.read()


def _check_labels(
    labels: Mapping[str, pd.DataFrame], tasks: Sequence[Task]
) -> None:
    folder = os.path.dirname(next(iter(labels)))
    source = next(iter(labels)) if len(labels) == 1 else folder
    try:
        checks.check_labels(pd.concat(labels.values()), tasks, source)
    except checks.TableError:
        # Which file is it? A file may have one class only, where the split
        # has both: two rows at the end bring both, and leave row numbers be.
        both = pd.DataFrame({task.name: [0, 1] for task in tasks})
        for path, frame in labels.items():
            checks.check_labels(pd.concat([frame, both]), tasks, path)
        raise
