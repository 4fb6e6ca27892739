"""What a column of a table is expected to hold."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
from pandas.api import types


@dataclasses.dataclass(frozen=True)
class ColumnKind:
    """An expected kind of column.

    Args:
        description: What the column must hold, as in "whole numbers".
        accepts: Tells from the column whether it is of this kind.
        fits: Tells for each value of a column that is not of this kind
            whether the value would do; the first that does not is reported.
        remedy: A sentence on how to convert a column.

    Example:

    >>> INTEGER.accepts(pd.Series([1, 2]))
    True
    >>> INTEGER.fits(pd.Series([1, "two"]))
    array([ True, False])
    """

    description: str
    accepts: Callable[[pd.Series], bool]
    fits: Callable[[pd.Series], np.ndarray]
    remedy: str


def _is_integer(column: pd.Series) -> bool:
    return types.is_integer_dtype(column) and not column.hasnans


def _is_number(column: pd.Series) -> bool:
    return types.is_numeric_dtype(column) and not types.is_complex_dtype(column)


def _is_text(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _is_text(pd.Series(column.cat.categories))
    if not types.is_string_dtype(column) and not types.is_object_dtype(column):
        return False
    return types.infer_dtype(column, skipna=True) in ("string", "empty")


def _parses(column: pd.Series) -> np.ndarray:
    """Tells which values are, or can be read as, finite numbers."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(
        dtype="float64", na_value=np.nan
    )
    return np.isfinite(numbers)


def _parses_whole(column: pd.Series) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(
        dtype="float64", na_value=np.nan
    )
    return np.isfinite(numbers) & (np.floor(numbers) == numbers)


def _holds_text(column: pd.Series) -> np.ndarray:
    texts = column.astype(object).map(lambda value: isinstance(value, str))
    return (texts | column.isna()).to_numpy(dtype=bool)


def _parses_date(column: pd.Series) -> np.ndarray:
    return pd.to_datetime(column, errors="coerce").notna().to_numpy()


def _is_date(column: pd.Series) -> bool:
    return types.is_datetime64_any_dtype(column) and not column.hasnans


INTEGER = ColumnKind(
    description="whole numbers, none missing",
    accepts=_is_integer,
    fits=_parses_whole,
    remedy="Fill or drop such rows, then convert with `.astype('int64')`.",
)
NUMBER = ColumnKind(
    description="numbers",
    accepts=_is_number,
    fits=_parses,
    remedy="Mend or drop such rows, then convert with `pandas.to_numeric`.",
)
TEXT = ColumnKind(
    description="text",
    accepts=_is_text,
    fits=_holds_text,
    remedy="Convert the values with `.astype(str)`.",
)
DATE = ColumnKind(
    description="dates, none missing",
    accepts=_is_date,
    fits=_parses_date,
    remedy="Mend or drop such rows, then convert with `pandas.to_datetime`.",
)
