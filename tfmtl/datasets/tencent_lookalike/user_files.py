"""The users: put aside until the vocabulary is known, then written as ids."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from tfmtl.datasets.checks import TableError
from tfmtl.datasets.raw_table import RawTable
from tfmtl.datasets.tencent_lookalike import schema
from tfmtl.datasets.tencent_lookalike import user_lines
from tfmtl.datasets.vocabulary import Vocabulary


def put_aside(
    path: Path, spill: Path, learned: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Parses the users once, and puts their raw values aside.

    Args:
        path: File of the users.
        spill: A new file for what has been read.
        learned: Ids of the users whose values are to be learned.

    Returns:
        The ids of all, and by field the sorted values of those to be learned.

    Raises:
        TableError: A line cannot be read, or a user is there twice.
    """
    table = RawTable(path, ("line",), schema.REMEDY, delimiter="\x01")
    ids = []
    values = {f: np.zeros(0, np.int32) for f in schema.USER_FIELDS}
    with pa.ipc.new_stream(str(spill), user_lines.SCHEMA) as writer:
        for first, chunk in table.chunks(["line"]):
            with table.located(first):
                users = user_lines.parse(chunk["line"])
            writer.write_batch(users)
            ids.append(users[user_lines.USER_ID].to_numpy())
            some = users.filter(pa.array(np.isin(ids[-1], learned)))
            for field, before in values.items():
                values[field] = np.union1d(before, _flat(some[field]))
    users = np.concatenate(ids)
    _check_distinct(users, path)
    return users, {
        field: found[found != user_lines.MISSING]
        for field, found in values.items()
    }


def _check_distinct(users: np.ndarray, path: Path) -> None:
    repeated = pd.Series(users).duplicated().to_numpy()
    if repeated.any():
        row = int(np.argmax(repeated))
        raise TableError.of(
            path,
            "Every user must stand in one line.",
            schema.REMEDY,
            line=row + 1,
            column="uid",
            value=users[row],
        )


def write_users(
    spill: Path, folder: Path, vocabulary: Vocabulary, shard_rows: int
) -> None:
    """Writes the users as ids, in files of some size.

    Args:
        spill: What `put_aside` wrote.
        folder: A new folder.
        vocabulary: Turns raw values into ids.
        shard_rows: Least users of a file, but for the last.
    """
    folder.mkdir()
    waiting: list[pa.RecordBatch] = []

    def write() -> None:
        if waiting:
            number = len(list(folder.iterdir()))
            parquet.write_table(
                pa.Table.from_batches(waiting),
                folder / f"part-{number:05d}.parquet",
            )
            waiting.clear()

    for batch in _read(spill):
        waiting.append(_as_ids(batch, vocabulary))
        if sum(map(len, waiting)) >= shard_rows:
            write()
    write()


def _read(spill: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(spill)) as file, pa.ipc.open_stream(file) as reader:
        yield from reader


def _as_ids(users: pa.RecordBatch, vocabulary: Vocabulary) -> pa.RecordBatch:
    columns = [users[user_lines.USER_ID]]
    for field, length in schema.USER_FIELDS.items():
        ids = pa.array(vocabulary.ids(field, _flat(users[field])))
        if length is not None:
            ids = pa.ListArray.from_arrays(users[field].offsets, ids)
        columns.append(ids)
    return pa.RecordBatch.from_arrays(columns, schema=user_lines.SCHEMA)


def _flat(column: pa.Array) -> np.ndarray:
    is_list = pa.types.is_list(column.type)
    return (column.flatten() if is_list else column).to_numpy()
