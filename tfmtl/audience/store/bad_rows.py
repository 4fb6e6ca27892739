"""Rows that cannot be taken in, and what becomes of them."""

from typing import Any
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.audience.store.tables import QUARANTINED
from tfmtl.database import insert_rows
from tfmtl.datasets.checks import TableError


class Rule(NamedTuple):
    """What a row is to be like.

    Args:
        expected: A sentence that says so.
        remedy: A sentence that says what to do about one that is not.
    """

    expected: str
    remedy: str


class BadRow(NamedTuple):
    """A row that breaks a rule.

    Args:
        row: Its number, from 0 on.
        column: The column.
        value: What stands there.
        rule: The rule.
    """

    row: int
    column: str
    value: Any
    rule: Rule


def rows_that_break(
    rule: Rule, is_bad: pd.Series, values: pd.Series, column: str
) -> list[BadRow]:
    """Returns the bad ones of some rows.

    Args:
        rule: The rule.
        is_bad: Whether each row breaks it. The index has the rows' numbers.
        values: What stands in the column.
        column: The column.
    """
    return [
        BadRow(int(row), column, value, rule)
        for row, value in values[is_bad].items()
    ]


def refuse(
    bad: list[BadRow], source: str, has_quarantine: bool = False
) -> None:
    """Refuses all rows if one is bad.

    Args:
        bad: The bad rows.
        source: Where they came from.
        has_quarantine: Whether whoever gave them could have bad rows put
            aside.

    Raises:
        TableError: If there is a bad row. The first one is named.
    """
    if not bad:
        return
    first = min(bad, key=lambda one: one.row)
    option = (
        "; `quarantine=True` takes the good rows in and puts the others aside"
        if has_quarantine
        else ""
    )
    raise TableError.of(
        source,
        first.rule.expected,
        f"{first.rule.remedy} Nothing was taken in{option}.",
        column=first.column,
        row=first.row,
        value=first.value,
        bad_rows=len(bad),
    )


def keep_aside(
    connection: sa.Connection, bad: list[BadRow], batch: int
) -> None:
    """Puts bad rows into quarantine.

    Args:
        connection: A connection within a transaction that writes.
        bad: The bad rows.
        batch: Number of the ingestion.
    """
    columns = {
        "batch_id": pa.array([batch] * len(bad), pa.int64()),
        "row_number": [one.row for one in bad],
        "column_name": [one.column for one in bad],
        "value": [repr(one.value)[:200] for one in bad],
        "reason": [one.rule.expected for one in bad],
    }
    insert_rows(connection, QUARANTINED, pa.table(columns))
