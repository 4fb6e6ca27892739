"""Checks that a table has the columns it should."""

import difflib
import os
from collections.abc import Iterable
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tfmtl.datasets.checks.column_kind import ColumnKind
from tfmtl.datasets.checks.table_error import TableError


def check_columns(
    frame: pd.DataFrame,
    columns: Mapping[str, ColumnKind],
    source: str | os.PathLike[str],
) -> None:
    """Checks that the columns are there and of the expected kind.

    Args:
        frame: The table. It may have more columns.
        columns: Name to the expected `ColumnKind`.
        source: Where the table came from, for the message.

    Raises:
        TableError: A column is missing (close names are listed), stands
            there twice, or is of another kind (the first offending row and
            its value are named), or there are no rows.

    Example:

    >>> from tfmtl.datasets import checks
    >>> frame = pd.DataFrame({"age": [31, 52]})
    >>> checks.check_columns(frame, {"age": checks.INTEGER}, "users.csv")
    """
    require_columns(frame, columns, source)
    require_rows(frame, source)
    for name, kind in columns.items():
        if not kind.accepts(frame[name]):
            raise _wrong_kind(frame[name], kind, source)


def require_columns(
    frame: pd.DataFrame,
    names: Iterable[str],
    source: str | os.PathLike[str],
) -> None:
    """Checks that the columns are there, once, whatever they hold."""
    names = list(names)
    repeated = [name for name in names if sum(frame.columns == name) > 1]
    if repeated:
        raise TableError.of(
            source,
            "Every column must have a name of its own.",
            "Drop or rename all but one.",
            repeated=repeated,
        )
    missing = [name for name in names if name not in frame.columns]
    if not missing:
        return
    present = [str(name) for name in frame.columns]
    close = [
        f"{match!r} for {name!r}"
        for name in missing
        for match in difflib.get_close_matches(name, present, n=1)
    ]
    hint = f"Did you mean {', '.join(close)}?" if close else "Add the column."
    raise TableError.of(
        source,
        f"The table has no column {', '.join(map(repr, missing))}.",
        hint,
        columns=present,
    )


def require_rows(frame: pd.DataFrame, source: str | os.PathLike[str]) -> None:
    """Checks that the table is not empty."""
    if not len(frame):
        raise TableError.of(
            source,
            "The table must have rows.",
            "Check the filter or the export that made it.",
            rows=0,
        )


def _wrong_kind(
    column: pd.Series, kind: ColumnKind, source: str | os.PathLike[str]
) -> TableError:
    # A column of text that reads "1", "2", ... has no value that could not be
    # converted: its first row stands for all.
    row = int(np.argmin(kind.fits(column)))
    return TableError.of(
        source,
        f"Column {column.name!r} must hold {kind.description}.",
        kind.remedy,
        column=column.name,
        dtype=str(column.dtype),
        row=row,
        value=column.iloc[row],
    )
