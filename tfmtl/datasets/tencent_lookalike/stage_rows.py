"""Who was shown to be a seed of which campaign, and who was not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.malformed_row import MalformedRow
from tfmtl.datasets.raw_table import RawTable
from tfmtl.datasets.tencent_lookalike.schema import REMEDY

COLUMNS = ("aid", "uid", "label")
_CLASSES = pa.array([b"1", b"-1", b"0"])


def read_stage(path: Path) -> pd.DataFrame:
    """Returns `campaign_id`, `user_id` and `label`, 1 or 0.

    Args:
        path: A file of `aid,uid,label`, with or without these names before.

    Raises:
        TableError: A line cannot be read: line, column and value.
    """
    table = RawTable(path, COLUMNS, REMEDY, header=_header_of(path))
    parts = []
    for first, chunk in table.chunks(COLUMNS):
        with table.located(first):
            campaigns, users, labels = chunk.columns
            good = pc.is_in(labels, value_set=_CLASSES).to_numpy(False)
            _check(good, "label", "A label must be 1, -1 or 0.", labels)
            parts.append(
                pd.DataFrame(
                    {
                        "campaign_id": _numbers(campaigns, "aid"),
                        "user_id": _numbers(users, "uid"),
                        "label": pc.equal(labels, b"1").to_numpy(False),
                    }
                ).astype({"label": np.int8})
            )
    return pd.concat(parts, ignore_index=True)


def _header_of(path: Path) -> int:
    with path.open("rb") as file:
        return int(file.readline().startswith(b"aid"))


def _numbers(column: pa.BinaryArray, name: str) -> np.ndarray:
    good = pc.match_substring_regex(column, r"^\d{1,9}$").to_numpy(False)
    expected = "An id must be a whole number of at most 9 digits."
    _check(good, name, expected, column)
    return column.cast(pa.string()).cast(pa.int64()).to_numpy()


def _check(
    good: np.ndarray, name: str, expected: str, column: pa.BinaryArray
) -> None:
    if not good.all():
        row = int(np.argmin(good))
        raise MalformedRow(row, name, expected, column[row].as_py())
