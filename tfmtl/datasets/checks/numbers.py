"""Checks of numeric columns."""

import os
from collections.abc import Collection
from collections.abc import Iterable

import numpy as np
import pandas as pd

from tfmtl.datasets.checks.column_kind import NUMBER
from tfmtl.datasets.checks.columns import check_columns
from tfmtl.datasets.checks.table_error import TableError


def check_numbers(
    frame: pd.DataFrame,
    names: Iterable[str],
    source: str | os.PathLike[str],
    optional: Collection[str] = (),
) -> None:
    """Checks that numeric columns hold finite numbers.

    Args:
        frame: The table.
        names: The columns to check.
        source: Where the table came from, for the message.
        optional: Those of `names` that may have missing values. Infinity is
            refused there, too.

    Raises:
        TableError: There are no rows, or a column is missing or not numeric,
            or holds NaN or infinity: with their count, the first row and its
            value.

    Example:

    >>> frame = pd.DataFrame({"price": [1.5, float("nan")]})
    >>> check_numbers(frame, ["price"], "log.csv", optional=["price"])
    """
    names = list(names)
    check_columns(frame, dict.fromkeys(names, NUMBER), source)
    for name in names:
        values = frame[name].to_numpy(dtype="float64", na_value=np.nan)
        bad = np.isinf(values) if name in optional else ~np.isfinite(values)
        if not bad.any():
            continue
        row = int(np.argmax(bad))
        raise TableError.of(
            source,
            f"Column {name!r} must hold finite numbers in every row.",
            f"Fill them with `frame[{name!r}].fillna(...)`, drop the rows, "
            "or name the column in `optional` if it may be missing."
            if np.isnan(values[row])
            else "Replace infinity by a number, or drop the rows.",
            column=name,
            count=int(bad.sum()),
            row=row,
            value=values[row],
        )
