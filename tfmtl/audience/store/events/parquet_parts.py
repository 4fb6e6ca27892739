"""Reads logs of Parquet."""

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from pyarrow import types

from tfmtl.audience.store.events.event_columns import EventColumns
from tfmtl.audience.store.events.part import Part
from tfmtl.datasets.checks import TableError
from tfmtl.datasets.checks.columns import require_columns

_ROWS = 1 << 18


def parquet_parts(
    path: str | os.PathLike[str], columns: EventColumns
) -> Iterator[Part]:
    """Reads a log of Parquet, some rows at a time.

    Args:
        path: The file.
        columns: What its columns are called.

    Raises:
        TableError: If it cannot be read, or a column is missing or of a type
            that it cannot have.
    """
    names = columns.names()
    try:
        file = pa.parquet.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise TableError.of(
            path,
            "The file should be of Parquet, and whole.",
            "Write it anew.",
            error=str(error),
        ) from error
    with file:
        schema = file.schema_arrow
        require_columns(pd.DataFrame(columns=schema.names), names, path)
        for name in names:
            _check_type(path, name, schema.field(name).type, columns)
        first = 0
        for batch in file.iter_batches(_ROWS, columns=names):
            rows = np.arange(first, first + batch.num_rows)
            first += batch.num_rows
            yield Part(rows, _decoded(pa.Table.from_batches([batch])), [])


def _decoded(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if types.is_dictionary(field.type):
            plain = table.column(place).cast(field.type.value_type)
            table = table.set_column(place, field.name, plain)
    return table


def _check_type(
    path: str | os.PathLike[str],
    name: str,
    kind: pa.DataType,
    columns: EventColumns,
) -> None:
    if types.is_dictionary(kind):
        kind = kind.value_type
    is_fine = types.is_string(kind) or types.is_large_string(kind)
    if name != columns.kind:
        is_fine = is_fine or types.is_integer(kind)
    if name == columns.time:
        is_fine = is_fine or types.is_timestamp(kind)
    if not is_fine:
        raise TableError.of(
            path,
            "Ids should be whole numbers or text, the kind of an event text, "
            "and times timestamps, text or whole seconds.",
            "Convert the column.",
            column=name,
            dtype=str(kind),
        )
