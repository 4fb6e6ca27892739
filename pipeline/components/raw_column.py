"""What a column of a raw table holds, and how it becomes a feature."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import tensorflow as tf

from tfmtl.datasets import checks
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task

_KINDS = {
    tf.int64: checks.INTEGER,
    tf.float32: checks.NUMBER,
    tf.string: checks.TEXT,
}


@dataclasses.dataclass(frozen=True)
class RawColumn:
    """A column of a raw table, which becomes a feature of tf.Examples.

    Every row gets as many values, so that all features are dense and a request
    that is served looks like a row that was trained on: a missing text is
    written as `""`, a missing number as NaN.

    Args:
        name: Name of the column and of the feature.
        dtype: `tf.int64`, `tf.float32` or `tf.string`.
        optional: Whether values may be missing; not for whole numbers, which
            have no value to stand for it.
        length: Values a row; more than one for lists, which steps make that
            do not read them from tables.
        domain: The texts there may be; none for any. See
            `curated_schema.with_domains`.

    Raises:
        ValueError: Another dtype, an optional whole number, a length that is
            not positive, or a domain of numbers.

    Example:

    >>> RawColumn("age", tf.float32, optional=True).dtype
    tf.float32
    """

    name: str
    dtype: Any
    optional: bool = False
    length: int = 1
    domain: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dtype", tf.as_dtype(self.dtype))
        object.__setattr__(self, "domain", tuple(self.domain))
        if self.dtype not in _KINDS:
            raise ValueError(
                f"`dtype` of column {self.name!r} should be tf.int64, "
                f"tf.float32 or tf.string. Received: dtype={self.dtype!r}."
            )
        if self.optional and self.dtype == tf.int64:
            raise ValueError(
                f"Column {self.name!r} of whole numbers cannot be optional; "
                "declare it tf.float32 or tf.string. Received: optional=True."
            )
        if self.length < 1:
            raise ValueError(
                f"`length` of column {self.name!r} should be 1 or more. "
                f"Received: length={self.length!r}."
            )
        if self.domain and self.dtype != tf.string:
            raise ValueError(
                f"Column {self.name!r} should be tf.string to have a domain. "
                f"Received: dtype={self.dtype!r}, domain={self.domain}."
            )

    @property
    def kind(self) -> checks.ColumnKind:
        """What `tfmtl.datasets.checks` calls such a column."""
        return _KINDS[self.dtype]

    @property
    def missing(self) -> str | float | int:
        """What stands for no value; 0 for whole numbers, where none may be."""
        if self.dtype == tf.string:
            return ""
        return 0 if self.dtype == tf.int64 else float("nan")

    def check(self, column: pa.ChunkedArray, source: str) -> None:
        """Refuses a column of another kind, size or domain, or without values.

        Args:
            column: All values, `(rows,)`.
            source: Where they came from, for the message.

        Raises:
            TableError: Naming source, row, value and remedy.
        """
        if pa.types.is_null(column.type) and self.optional:
            return  # nobody knows of which kind they would be
        if self.dtype == tf.float32:
            frame = pd.DataFrame({self.name: column.to_pandas()})
            optional = [self.name] if self.optional else []
            checks.check_numbers(frame, [self.name], source, optional)
        elif not self._is_kind(column.type):
            frame = pd.DataFrame({self.name: column.to_pandas()})
            checks.check_columns(frame, {self.name: self.kind}, source)
        if column.null_count and not self.optional:
            raise self._refusal(
                column,
                column.is_null().to_numpy(),
                source,
                f"Column {self.name!r} must have a value in every row.",
                "Fill them, drop the rows, or declare the column optional.",
            )
        too_large = self._is_too_large(column)
        if too_large.any():
            raise self._refusal(
                column,
                too_large,
                source,
                f"Column {self.name!r} must hold numbers that {self.dtype.name}"
                " can hold.",
                "Scale them, or drop the rows.",
            )
        known = {*self.domain, None}
        if self.domain and not known.issuperset(column.unique().to_pylist()):
            values = column.to_pandas().astype(object)
            raise self._refusal(
                column,
                ~values.isin(known).to_numpy(),
                source,
                f"Column {self.name!r} must hold a text of the curated schema.",
                "Correct it, or add it to the schema's list.",
                domain=self.domain,
            )

    def _is_too_large(self, column: pa.ChunkedArray) -> np.ndarray:
        """Tells which numbers would not be themselves in an example."""
        if column.type == pa.uint64() and self.dtype == tf.int64:
            return column.to_numpy() > np.iinfo(np.int64).max
        if column.type == pa.float64() and self.dtype == tf.float32:
            return np.abs(column.to_numpy()) > np.finfo(np.float32).max
        return np.zeros(0, bool)

    def _refusal(
        self,
        column: pa.ChunkedArray,
        wrong: np.ndarray,
        source: str,
        rule: str,
        remedy: str,
        **received: Any,
    ) -> checks.TableError:
        row = int(np.argmax(wrong))
        return checks.TableError.of(
            source,
            rule,
            remedy,
            column=self.name,
            count=int(wrong.sum()),
            row=row,
            value=column[row].as_py(),
            **received,
        )

    def encode(self, array: pa.Array) -> pa.Array:
        """Returns a row's values as a list, which tfx_bsl encodes.

        Args:
            array: `(rows,)` values or, of a greater length, lists.
        """
        if self.length > 1:
            array = array.flatten()
        if self.dtype == tf.int64:
            values = array.cast(pa.int64())
        elif self.dtype == tf.float32:
            values = array.cast(pa.float32(), safe=False)
            values = values.fill_null(np.nan)
        else:
            values = array.cast(pa.string()).fill_null("")
            values = values.cast(pa.binary())
        offsets = np.arange(0, len(values) + 1, self.length, dtype=np.int64)
        return pa.LargeListArray.from_arrays(offsets, values)

    def _is_kind(self, arrow_type: pa.DataType) -> bool:
        """Tells by the type alone, which spares a look at each value."""
        if self.dtype == tf.int64:
            return pa.types.is_integer(arrow_type)
        if pa.types.is_dictionary(arrow_type):
            arrow_type = arrow_type.value_type
        return pa.types.is_string(arrow_type) or pa.types.is_large_string(
            arrow_type
        )


def label_column(task: Task) -> RawColumn:
    """Returns the column of a task's labels: whole numbers if 0 or 1."""
    dtype = tf.int64 if isinstance(task, BinaryTask) else tf.float32
    return RawColumn(task.name, dtype)


def check_columns(columns: Sequence[RawColumn]) -> None:
    """Refuses columns that cannot stand in one table.

    Raises:
        ValueError: If there are none, or two share a name.
    """
    names = [column.name for column in columns]
    if not names or len(set(names)) < len(names):
        raise ValueError(
            "There should be one column or more, each with a name of its own. "
            f"Received: columns={names}."
        )


def dump_columns(columns: Sequence[RawColumn]) -> str:
    """Returns the columns as JSON.

    Raises:
        ValueError: If there are none, or two share a name.
    """
    check_columns(columns)
    return json.dumps(
        [
            {**dataclasses.asdict(column), "dtype": column.dtype.name}
            for column in columns
        ]
    )


def load_columns(text: str) -> tuple[RawColumn, ...]:
    """Returns the columns that `dump_columns` wrote."""
    return tuple(RawColumn(**config) for config in json.loads(text))
