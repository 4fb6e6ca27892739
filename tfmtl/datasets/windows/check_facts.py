"""Checks of a table of daily facts, before windows are cut out of it."""

import os
from collections.abc import Callable
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.datasets.checks.columns import require_rows
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import DAY
from tfmtl.datasets.windows.window_spec import KEYS
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.datasets.windows.window_spec import WindowSpec

Source = str | os.PathLike[str]
# As `str` writes dates and times, and ISO 8601.
_DATE = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?"


def check_facts(
    facts: pd.DataFrame,
    spec: WindowSpec,
    source: Source,
    last_day: np.datetime64 | None = None,
    *,
    first_row: int = 0,
) -> pd.DataFrame:
    """Checks daily facts, all but whether a day is there twice.

    Args:
        facts: One row an advertiser, scenario and day: `advertiser_id`, whole
            numbers or texts; `scenario`, whole numbers; `day`, as of
            `check_days`; and the facts of the spec.
        spec: What is to be cut out.
        source: Where the table came from, for messages.
        last_day: Last day that there may be, that of the last label as a rule.
        first_row: Number of the first row, where the table is a part of one.

    Returns:
        The table with those columns only, in which days are `datetime64[D]`
        numbers of days since 1970, int64.

    Raises:
        TableError: If a column is missing, a key is missing or of the wrong
            kind, a date does not parse or is after `last_day`, or a fact is
            missing, infinite or negative; with row, value and remedy.

    Example:

    >>> facts = pd.DataFrame({"advertiser_id": [3], "scenario": [1],
    ...                       "day": ["1970-01-03"], "clicks": [2]})
    >>> check_facts(facts, WindowSpec(["clicks"]), "a.csv")["day"].tolist()
    [2]
    """
    names = list(spec.facts or ())
    wanted = [*KEYS, *names]
    require_columns(facts, wanted, source)
    require_rows(facts, source)
    facts = facts[wanted]
    days = check_days(facts, source, first_row)
    if last_day is not None:
        _refuse(
            days > np.datetime64(last_day, "D").astype(np.int64),
            facts,
            DAY,
            source,
            f"A day must not lie in the future of the split, after {last_day}.",
            "Mend the dates or drop the rows; if the days are real, let the "
            "split end later.",
            first_row,
        )
    check_keys(facts, (ADVERTISER, SCENARIO), source, first_row)
    for name in names:
        _check_fact(facts, name, source, first_row)
    return facts.assign(**{DAY: days})


def check_unique(
    facts: pd.DataFrame,
    source: Source,
    order: np.ndarray,
    places: Callable[[np.ndarray], list] = np.ndarray.tolist,
) -> None:
    """Refuses facts with two rows of one advertiser, scenario and day.

    Args:
        facts: What `check_facts` returned.
        source: Where the table came from, for messages.
        order: Row numbers, by which the keys are sorted.
        places: Says of rows, by their numbers, where they are in the source.

    Raises:
        TableError: With keys and rows.
    """
    columns = [facts[name].to_numpy()[order] for name in KEYS]
    same = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    if same.any():
        at = int(np.argmax(same))
        advertiser, scenario, day = (c[at] for c in columns)
        pair = order[at : at + 2]
        raise checks.TableError.of(
            source,
            "There must be one row for each advertiser, scenario and day.",
            "Sum the rows up with `facts.groupby([...]).sum()`, or drop all "
            "but one.",
            count=int(same.sum()),
            advertiser_id=advertiser,
            scenario=scenario,
            day=str(np.datetime64(int(day), "D")),
            rows=places(np.sort(pair)),
        )


def check_days(
    facts: pd.DataFrame, source: Source, first_row: int = 0
) -> np.ndarray:
    """Returns days since 1970, or refuses what is no date.

    Of a time with a zone it is the local date.

    Args:
        facts: A table with `day`: dates, or texts, YYYY-MM-DD with or without
            a time.
        source: Where the table came from, for messages.
        first_row: Number of the first row, where the table is a part of one.

    Returns:
        `(rows,)` int64.

    Raises:
        TableError: If a row has no such date, with row, value and remedy.

    Example:

    >>> check_days(pd.DataFrame({"day": ["1970-01-03"]}), "a.csv")
    array([2])
    """
    column = facts[DAY]
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.dt.tz_localize(None).to_numpy("datetime64[D]")
    else:
        # Days are few, and rows many.
        number, values = pd.factorize(column, use_na_sentinel=False)
        texts = pd.Series(values).astype(str)
        # pandas would guess, for each value anew, which number is the month.
        texts = texts.str[:10].where(texts.str.fullmatch(_DATE))
        parsed = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
        days = parsed.to_numpy("datetime64[D]")[number]
    _refuse(
        np.isnat(days),
        facts,
        DAY,
        source,
        "Column 'day' must hold a date in every row.",
        "Write dates as YYYY-MM-DD, or convert with `pandas.to_datetime`.",
        first_row,
    )
    return days.astype(np.int64)


def check_keys(
    table: pd.DataFrame,
    names: Sequence[str],
    source: Source,
    first_row: int = 0,
) -> None:
    """Refuses a key that is missing, or neither whole numbers nor texts.

    Args:
        table: The table.
        names: `advertiser_id`, `scenario` or both; of scenarios there are
            numbers only.
        source: Where the table came from, for messages.
        first_row: Number of the first row, where the table is a part of one.

    Raises:
        TableError: With row, value and remedy.
    """
    for name in names:
        _refuse(
            table[name].isna().to_numpy(),
            table,
            name,
            source,
            f"Column {name!r} must have a value in every row.",
            "Fill them or drop the rows.",
            first_row,
        )
        by_text = name == ADVERTISER and not checks.INTEGER.accepts(table[name])
        kind = checks.TEXT if by_text else checks.INTEGER
        checks.check_columns(table, {name: kind}, source)


def _check_fact(
    facts: pd.DataFrame, name: str, source: Source, first_row: int
) -> None:
    checks.check_columns(facts, {name: checks.NUMBER}, source)
    values = facts[name].to_numpy(np.float64, na_value=np.nan)
    _refuse(
        ~np.isfinite(values),
        facts,
        name,
        source,
        f"Column {name!r} must hold finite numbers.",
        "A day without any is 0: fill with 0, or drop the rows.",
        first_row,
    )
    _refuse(
        values < 0,
        facts,
        name,
        source,
        f"Column {name!r} counts, and must not be negative.",
        "Book returns on the day of the sale, clip at 0, or drop the rows.",
        first_row,
    )


def _refuse(
    bad: np.ndarray,
    facts: pd.DataFrame,
    name: str,
    source: Source,
    expected: str,
    remedy: str,
    first_row: int,
) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    shown = {key: facts[key].iloc[row] for key in KEYS if key in facts}
    raise checks.TableError.of(
        source,
        expected,
        remedy,
        **shown,
        column=name,
        count=int(bad.sum()),
        row=first_row + row,
        value=facts[name].iloc[row],
    )
