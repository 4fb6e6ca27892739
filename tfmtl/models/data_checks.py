"""What `fit`, `evaluate` and `predict` are given, looked at before they run."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf


def check_data(method: str, features: Any, labels: Any = None) -> None:
    """Refuses data without rows, and columns that do not fit.

    Keras and TensorFlow fail on them too, but far from the cause: inside of a
    traced step, or with a missing key. What can only be read by running it, a
    generator say, passes.

    Args:
        method: Name of the method that was called, for the message.
        features: Columns by name, or a dataset of these and of labels.
        labels: Labels by task.

    Raises:
        ValueError: If there is no row, a column is not of numbers, two differ
            in their number of rows, or a dataset is not batched.
    """
    if isinstance(features, tf.data.Dataset):
        if int(features.cardinality()) == 0:
            raise no_rows(method, "an empty dataset")
        spec = features.element_spec
        parts = list(spec) if isinstance(spec, tuple) else [spec]
        features, labels = (parts + [None])[:2]
    columns = {
        f"{what} {name!r}": column
        for what, part in (("feature", features), ("label", labels))
        if isinstance(part, Mapping)
        for name, column in part.items()
    }
    for what, column in columns.items():
        _check_column(method, what, column)
        if isinstance(column, tf.TensorSpec) and column.shape.rank == 0:
            raise ValueError(
                f"The dataset of `{method}` should be batched; call "
                "`.batch(batch_size)` on it. "
                f"Received: shape=() of {what}."
            )
    _check_lengths(method, columns)


def no_rows(method: str, received: str) -> ValueError:
    """Returns the error of a method that was given no row at all.

    Args:
        method: Name of the method.
        received: What it was given.
    """
    return ValueError(
        f"`{method}` needs at least one row; look at what has split or "
        f"filtered the data. Received: {received}."
    )


def _check_column(method: str, what: str, column: Any) -> None:
    dtype = getattr(column, "dtype", None)
    if dtype is not None and _holds_lists(column):
        raise ValueError(
            f"The column of {what} holds lists, and should be a matrix; make "
            "one by `np.stack(column)`. "
            f"Received: dtype={dtype}{_example(column)}."
        )
    if dtype is not None and not _is_of_numbers(dtype):
        raise ValueError(
            f"The column of {what} should hold numbers of a NumPy type; look "
            "text up in a vocabulary (keras.layers.StringLookup), convert "
            "other types by `.astype`. "
            f"Received: dtype={dtype}{_example(column)}."
        )
    if _shape(column)[:1] == (0,):
        raise no_rows(method, f"0 rows of {what}")


def _check_lengths(method: str, columns: Mapping[str, Any]) -> None:
    first = None
    for what, column in columns.items():
        rows = next(iter(_shape(column)), None)
        if rows is None:
            continue
        first = first or (rows, what)
        if rows != first[0]:
            raise ValueError(
                f"All columns of `{method}` should have the same number of "
                "rows; look at what has filtered some of them. "
                f"Received: {first[0]} rows of {first[1]}, {rows} of {what}."
            )


def _shape(column: Any) -> tuple[int | None, ...]:
    """Returns the shape of a column, `()` where it has none or none known."""
    shape = getattr(column, "shape", ())
    if isinstance(shape, tf.TensorShape):
        return () if shape.rank is None else tuple(shape)
    return tuple(shape)


def _is_of_numbers(dtype: Any) -> bool:
    if isinstance(dtype, np.dtype):
        return dtype.kind in "biuf"
    if isinstance(dtype, tf.DType):
        return dtype not in (tf.string, tf.variant, tf.resource)
    # A type of pandas' own, which Keras does not take: text, categories,
    # numbers that may be missing.
    return type(dtype).__module__.split(".")[0] != "pandas"


def _holds_lists(column: Any) -> bool:
    # `tf.string == np.object_` is true.
    is_object = isinstance(column.dtype, np.dtype) and column.dtype.hasobject
    return is_object and any(
        isinstance(item, list | tuple | np.ndarray)
        for item in np.asarray(column[:1]).tolist()
    )


def _example(column: Any) -> str:
    if isinstance(column, tf.TypeSpec) or not len(column):
        return ""
    return f", first {np.asarray(column[:1]).ravel()[:1].tolist()}"
