"""Parses the lines of users, a chunk of them at a time.

A line is a list of entries joined by `|`, an entry is the name of a field and
one whole number or more, joined by spaces. All lines of a chunk are taken
apart at once, as Python would take hours where this takes minutes.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.malformed_row import MalformedRow
from tfmtl.datasets.tencent_lookalike.schema import USER_FIELDS

USER_ID = "user_id"
MISSING = -1
_RAW_ID = "uid"
# Nine digits fit into 32 bits.
_ENTRY = r"^(?P<name>\w+) (?P<numbers>\d{1,9}(?: \d{1,9})*)$"
SCHEMA = pa.schema(
    [
        (USER_ID, pa.int64()),
        *(
            (name, pa.int32() if length is None else pa.list_(pa.int32()))
            for name, length in USER_FIELDS.items()
        ),
    ]
)


def parse(lines: pa.BinaryArray) -> pa.RecordBatch:
    """Returns ids and raw values of users, `SCHEMA`.

    Where a line has nothing of a field, its value is `MISSING`, or its list
    empty. Of long lists the first values are kept; other fields are ignored.

    Args:
        lines: `(users,)`.

    Raises:
        MalformedRow: A line is not as described, has a field twice, has more
            than one value where there should be one, or has no `uid`.
    """
    entries = pc.split_pattern(lines, b"|")
    rows = pc.list_parent_indices(entries).to_numpy()
    parts = pc.extract_regex(entries.flatten(), _ENTRY)
    if parts.null_count:
        raise _malformed(
            lines,
            rows[np.argmax(parts.is_null().to_numpy(False))],
            "line",
            "A user must be entries joined by '|', each a name and whole "
            "numbers of at most 9 digits.",
        )
    names, numbers = parts.field("name"), parts.field("numbers")

    def values(field: str) -> tuple[np.ndarray, pa.ListArray]:
        places = np.flatnonzero(pc.equal(names, field.encode()))
        owners = rows[places]
        again = np.flatnonzero(np.diff(owners) == 0)
        if len(again):
            expected = "A user must have a field once."
            raise _malformed(lines, owners[again[0]], field, expected)
        texts = numbers.take(pa.array(places)).cast(pa.string())
        return owners, pc.split_pattern(texts, " ").cast(pa.list_(pa.int32()))

    columns = [_single(lines, _RAW_ID, *values(_RAW_ID)).cast(pa.int64())]
    if len(columns[0]) and pc.min(columns[0]).as_py() == MISSING:
        row = int(np.argmin(columns[0]))
        raise _malformed(lines, row, _RAW_ID, "Every user must have an id.")
    for field, length in USER_FIELDS.items():
        owners, lists = values(field)
        columns.append(
            _single(lines, field, owners, lists)
            if length is None
            else _spread(owners, lists, len(lines), length)
        )
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _single(
    lines: pa.BinaryArray, field: str, owners: np.ndarray, lists: pa.ListArray
) -> pa.Array:
    """Returns the one value of each row, or `MISSING`."""
    lengths = pc.list_value_length(lists).to_numpy()
    if (lengths > 1).any():
        row = owners[np.argmax(lengths > 1)]
        expected = "This field must have one value."
        raise _malformed(lines, row, field, expected)
    values = np.full(len(lines), MISSING, np.int32)
    values[owners] = lists.flatten().to_numpy()
    return pa.array(values)


def _spread(
    owners: np.ndarray, lists: pa.ListArray, rows: int, length: int
) -> pa.ListArray:
    """Returns the lists' first values in their rows, empty ones between."""
    counts = pc.list_value_length(lists).to_numpy()
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    is_kept = np.arange(len(starts)) - starts < length
    lengths = np.zeros(rows, np.int32)
    lengths[owners] = np.minimum(counts, length)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    values = lists.flatten().filter(pa.array(is_kept))
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _malformed(
    lines: pa.BinaryArray, row: np.integer | int, column: str, expected: str
) -> MalformedRow:
    return MalformedRow(int(row), column, expected, lines[int(row)].as_py())
