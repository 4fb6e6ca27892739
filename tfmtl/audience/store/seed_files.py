"""Lists of users in files."""

import csv
import io
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import Rule
from tfmtl.audience.store.user_ids import TEXT
from tfmtl.audience.store.user_ids import WHOLE
from tfmtl.audience.store.user_ids import UserIds
from tfmtl.audience.store.user_ids import ids_of_text
from tfmtl.datasets.checks import TableError
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.datasets.checks.columns import require_rows

_FIELDS = Rule(
    "A row should have no more fields than there are names in the first line.",
    "Name the columns that have none, or mend the row.",
)


def read_ids(
    path: str | os.PathLike[str], column: str, kind: str | None
) -> UserIds:
    """Returns the ids that stand in a file.

    Args:
        path: A CSV file with a line of names, a Parquet file, or text with
            an id on each line.
        column: Name of the column of ids; text has none.
        kind: What the ids are to be, as text does not tell; None if it is
            not known.

    Raises:
        TableError: If it cannot be read, is empty, or has no such column.
    """
    readers = {".csv": _read_csv, ".parquet": _read_parquet, ".txt": _read_txt}
    reader = readers.get(Path(path).suffix.lower())
    if reader is None:
        raise TableError.of(
            path,
            "A list of users should be a file of CSV, Parquet or text.",
            f"Name it so that it ends in one of {', '.join(readers)}.",
            suffix=Path(path).suffix,
        )
    try:
        return reader(path, column, kind)
    except UnicodeDecodeError as error:
        raise TableError.of(
            path,
            "Text should be in UTF-8.",
            "Save it anew in this encoding.",
            byte=error.start,
            value=error.object[error.start : error.start + 1],
        ) from error
    except (csv.Error, pa.ArrowInvalid) as error:
        raise _unreadable(path, error) from error


def _read_csv(
    path: str | os.PathLike[str], column: str, kind: str | None
) -> UserIds:
    text = io.StringIO(Path(path).read_text("utf-8-sig"))
    lines = csv.reader(text, strict=True)
    names = next(lines, [])
    require_columns(pd.DataFrame(columns=names), [column], path)
    place = names.index(column)
    bad, found = [], {}
    for row, fields in enumerate(lines):
        # Many programs end each row in a comma.
        if any(map(str.strip, fields[len(names) :])):
            value = ",".join(fields)
            bad.append(BadRow(row, "the whole line", value, _FIELDS))
        else:
            found[row] = fields[place] if place < len(fields) else ""
    require_rows(pd.DataFrame(index=range(len(found) + len(bad))), path)
    ids = ids_of_text(pd.Series(found, dtype=object), kind)
    return ids._replace(bad=bad)


def _read_txt(
    path: str | os.PathLike[str], column: str, kind: str | None
) -> UserIds:
    lines = Path(path).read_text("utf-8-sig").splitlines()
    frame = pd.DataFrame({column: pd.Series(lines, dtype=object)})
    require_rows(frame, path)
    return ids_of_text(frame[column], kind)


def _read_parquet(
    path: str | os.PathLike[str], column: str, kind: str | None
) -> UserIds:
    schema = pa.parquet.read_schema(path)
    require_columns(pd.DataFrame(columns=schema.names), [column], path)
    ids = pa.parquet.read_table(path, columns=[column]).column(column)
    if isinstance(ids.type, pa.DictionaryType):
        ids = ids.cast(ids.type.value_type)
    is_whole = pa.types.is_integer(ids.type)
    is_text = ids.type in (pa.string(), pa.large_string())
    if not is_whole and not is_text:
        raise TableError.of(
            path,
            f"Column {column!r} should hold whole numbers or text.",
            "Convert it.",
            column=column,
            dtype=str(ids.type),
        )
    frame = pd.DataFrame({column: ids.cast(pa.string()).to_pandas()})
    require_rows(frame, path)
    return UserIds(frame[column], WHOLE if is_whole else TEXT)


def _unreadable(path: str | os.PathLike[str], error: Exception) -> TableError:
    return TableError.of(
        path,
        "The file should be whole, and of the kind that its name says.",
        "Save it anew.",
        error=str(error),
    )
