"""Checks of what is handed in, before anything is done with it."""

from collections.abc import Sequence

import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.datasets.checks.columns import require_rows

KEYS = ("advertiser_id", "scenario")
_MOST = 1e12  # beyond it whole numbers and floats part


def check_counts(
    frame: pd.DataFrame, counts: Sequence[str], source: str
) -> None:
    """Refuses a table that is not one row a pair, with counts.

    Args:
        frame: The table.
        counts: Columns of numbers that are not negative.
        source: What the table is, for the message.

    Raises:
        TableError: If a column is missing, unknown or not as said, a key is
            missing, or a pair of advertiser and scenario occurs twice.
    """
    require_columns(frame, [*KEYS, *counts], source)
    unknown = sorted(set(frame.columns) - {*KEYS, *counts}, key=str)
    if unknown:
        raise checks.TableError.of(
            source,
            "The table has columns that nobody asked for.",
            "Rename them, or leave them out.",
            unknown=unknown,
            known=[*KEYS, *counts],
        )
    require_rows(frame, source)
    checks.check_numbers(frame, counts, source)
    for name in counts:
        _refuse(
            frame[name] < 0,
            frame[name],
            source,
            f"Column {name!r} counts, and must not be negative.",
            "Clip what was forecast at 0, or look at the model.",
        )
        _refuse(
            frame[name] > _MOST,
            frame[name],
            source,
            f"Column {name!r} counts, and must not be beyond {_MOST:g}.",
            "Look at the model, or drop the rows.",
        )
    for name in KEYS:
        missing = frame[name].isna()
        rule = f"Column {name!r} must not be missing."
        _refuse(missing, frame[name], source, rule, "Drop such rows.")
    _refuse(
        frame.duplicated(list(KEYS)),
        frame[KEYS[0]],
        source,
        "An advertiser must have one row in a scenario.",
        "Keep the latest of each.",
    )


def check_days(frame: pd.DataFrame, name: str, days: int, source: str) -> None:
    """Refuses more active days than there are.

    Args:
        frame: The table.
        name: Column of the active days.
        days: How many days the plan has.
        source: What the table is, for the message.

    Raises:
        TableError: If a row has more.
    """
    _refuse(
        frame[name] > days,
        frame[name],
        source,
        f"Column {name!r} must not be more than the {days} days of the plan.",
        "Count a day once, and no day before or after the plan.",
    )


def _refuse(
    is_bad: pd.Series,
    values: pd.Series,
    source: str,
    expected: str,
    remedy: str,
) -> None:
    if is_bad.any():
        row = int(is_bad.to_numpy().argmax())
        raise checks.TableError.of(
            source,
            expected,
            remedy,
            count=int(is_bad.sum()),
            row=row,
            value=values.iloc[row],
        )
