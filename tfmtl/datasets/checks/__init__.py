"""Checks of a table at the door, each with an error that can be acted on."""

from tfmtl.datasets.checks.column_kind import DATE
from tfmtl.datasets.checks.column_kind import INTEGER
from tfmtl.datasets.checks.column_kind import NUMBER
from tfmtl.datasets.checks.column_kind import TEXT
from tfmtl.datasets.checks.column_kind import ColumnKind
from tfmtl.datasets.checks.columns import check_columns
from tfmtl.datasets.checks.ids import clip_ids
from tfmtl.datasets.checks.labels import check_labels
from tfmtl.datasets.checks.numbers import check_numbers
from tfmtl.datasets.checks.table_error import TableError

__all__ = [
    "DATE",
    "INTEGER",
    "NUMBER",
    "TEXT",
    "ColumnKind",
    "TableError",
    "check_columns",
    "check_labels",
    "check_numbers",
    "clip_ids",
]
