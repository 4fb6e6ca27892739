"""Columns of Arrow as arrays, without Python work per row."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt


def to_array(
    column: pa.Array, name: str, source: Any, width: int | None = None
) -> np.ndarray:
    """Returns a column as an array, a row of lists as a row of a matrix.

    Args:
        column: Numbers, text, or lists of numbers.
        name: Name of the column, for the message.
        source: Where it was read from, for the message.
        width: Columns of the matrix, None for the longest list. Shorter
            lists are filled up with 0.

    Returns:
        `(rows,)`, or `(rows, width)` of lists.

    Raises:
        ValueError: If a value is missing or not finite, or a list is longer.
    """
    if column.null_count:
        place = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
        raise ValueError(
            "Every user should have a value; write 0 for an unknown id. "
            f"Received: nothing in {column.null_count} row(s) of column "
            f"{name!r} of {source}, first in row {place} of what was read."
        )
    if pt.is_dictionary(column.type):
        column = column.dictionary_decode()
    if _is_list(column.type):
        return _matrix(column, name, source, width)
    array = column.to_numpy(zero_copy_only=False)
    if array.dtype.kind == "f":
        _check_finite(array, name, source)
    return array.astype(np.uint8) if array.dtype == bool else array


def _check_finite(array: np.ndarray, name: str, source: Any) -> None:
    # Of such a user a score may be finite: a ReLU turns NaN into 0.
    is_bad = ~np.isfinite(array)
    if is_bad.any():
        place = int(np.argmax(is_bad))
        raise ValueError(
            "Every user should have finite numbers; write 0 or a mean for "
            f"unknown ones. Received: {array[place]!s} in {is_bad.sum()} "
            f"row(s) of column {name!r} of {source}, first in row {place} of "
            "what was read."
        )


def _is_list(kind: pa.DataType) -> bool:
    return (
        pt.is_list(kind)
        or pt.is_large_list(kind)
        or pt.is_fixed_size_list(kind)
    )


def _matrix(
    column: pa.Array, name: str, source: Any, width: int | None
) -> np.ndarray:
    values = to_array(column.flatten(), name, source)
    lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
    longest = int(lengths.max(initial=0))
    width = longest if width is None else width
    if longest > width:
        raise ValueError(
            f"Lists of column {name!r} should have {width} value(s) at most; "
            "cut them, or make `max_length` of the feature larger. Received: "
            f"one of {longest} in {source}."
        )
    if len(values) == len(column) * width:
        return values.reshape(len(column), width)
    matrix = np.zeros((len(column), width), values.dtype)
    matrix[np.arange(width) < lengths[:, np.newaxis]] = values
    return matrix


def kind_of(column: pa.DataType) -> str:
    """Returns what a column holds, in words: as its feature is told of.

    Args:
        column: Type of the column.
    """
    if pt.is_dictionary(column):
        column = column.value_type
    if _is_list(column):
        return f"lists of {kind_of(column.value_type)}"
    if pt.is_integer(column) or pt.is_boolean(column):
        return WHOLE
    if pt.is_floating(column):
        return FRACTIONS
    if pt.is_string(column) or pt.is_large_string(column):
        return TEXT
    return str(column)


WHOLE = "whole numbers"
FRACTIONS = "numbers"
TEXT = "text"
