"""The one error that every check of a table raises."""

import os
from collections.abc import Iterable
from typing import Any

import numpy as np


class TableError(ValueError):
    """A table that cannot be used as it is.

    The message names the file, what was expected, the remedy, and what was
    received: column, row and value where there is one. Rows count from 0, so
    that `frame.iloc[row]` shows the offending one.

    Example:

    >>> error = TableError.of("log.csv", "Expected.", "Remedy.", row=3)
    >>> str(error)
    'log.csv: Expected. Remedy. Received: row=3.'
    """

    @classmethod
    def of(
        cls,
        source: str | os.PathLike[str],
        expected: str,
        remedy: str,
        **received: Any,
    ) -> "TableError":
        """Builds the error from its parts.

        Args:
            source: Where the table came from, a file name as a rule.
            expected: A sentence that says what was expected.
            remedy: A sentence that says what to do.
            **received: What was found instead, in the order to be read.
        """
        details = ", ".join(f"{key}={_show(received[key])}" for key in received)
        return cls(f"{source}: {expected} {remedy} Received: {details}.")


def _show(value: Any) -> str:
    """Writes a value shortly, and numpy's scalars as plain numbers."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return "[" + ", ".join(_show(item) for item in value) + "]"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
