"""Raw columns, as an endpoint of a SavedModel takes them."""

import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from tfmtl.datasets import checks

_KINDS = {
    tf.string: checks.TEXT,
    tf.int64: checks.INTEGER,
    tf.float32: checks.NUMBER,
}
_MISSING: dict[Any, Any] = {tf.string: "", tf.int64: 0, tf.float32: np.nan}
# One call of TensorFlow for a few rows costs as much as for so many.
_ROWS = 8192


class RawInputs:
    """An endpoint that encodes columns, `(batch, 1)` each.

    Args:
        saved: A loaded SavedModel.
        endpoint: Name of the endpoint.
    """

    def __init__(self, saved: Any, endpoint: str) -> None:
        signature = saved.signatures[endpoint]
        # With the SavedModel, or its lookup tables would be lost. At the end
        # of the process they go before TensorFlow does, which would complain.
        self._held = [signature, saved]
        weakref.finalize(self, self._held.clear)
        _, inputs = signature.structured_input_signature
        self._dtypes = {name: inputs[name].dtype for name in sorted(inputs)}

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self._dtypes)

    def described(self) -> dict[str, str]:
        """Returns the columns, and what they hold in words."""
        return {n: _KINDS[t].description for n, t in self._dtypes.items()}

    def columns_of(
        self, frame: pd.DataFrame, source: str
    ) -> dict[str, np.ndarray]:
        """Returns the columns of a table, checked and none missing.

        Args:
            frame: The table.
            source: Where it came from, for messages.

        Raises:
            TableError: Naming column, row, value and remedy.
        """
        checks.check_columns(
            frame, {n: _KINDS[t] for n, t in self._dtypes.items()}, source
        )
        return {
            name: _filled(frame[name], dtype)
            for name, dtype in self._dtypes.items()
        }

    def columns_of_one(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Returns columns of a single row.

        Args:
            values: Values by column; one left out, or None, is missing.

        Raises:
            ValueError: If there is no such column, or a value is not of its
                type.
        """
        unknown = sorted(set(values) - set(self._dtypes))
        if unknown:
            raise ValueError(
                "A campaign should have features of the model's schema, some "
                f"of {self.names}. Received: {unknown}."
            )
        row = {}
        for name, dtype in self._dtypes.items():
            value = values.get(name)
            row[name] = [_MISSING[dtype] if value is None else value]
        return self.columns_of(pd.DataFrame(row), "campaign")

    def encode(self, columns: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """Returns the encoded columns, ordered by name.

        Args:
            columns: What `columns_of` has returned.
        """
        rows = len(next(iter(columns.values())))
        parts = [
            self._call(columns, slice(start, start + _ROWS))
            for start in range(0, rows, _ROWS)
        ]
        # Outputs of a loaded signature come in another order in every process.
        return {
            name: np.concatenate([part[name] for part in parts])
            for name in sorted(parts[0])
        }

    def _call(
        self, columns: Mapping[str, np.ndarray], rows: slice
    ) -> dict[str, np.ndarray]:
        inputs = {
            name: tf.constant(columns[name][rows, np.newaxis], dtype)
            for name, dtype in self._dtypes.items()
        }
        outputs = self._held[0](**inputs)
        return {name: column.numpy() for name, column in outputs.items()}


def _filled(column: pd.Series, dtype: Any) -> np.ndarray:
    if dtype == tf.string:
        return column.astype(object).fillna("").to_numpy(object)
    return column.to_numpy(dtype.as_numpy_dtype, na_value=_MISSING[dtype])
