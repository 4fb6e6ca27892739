"""Checks of the text that thresholds are read from."""

import difflib
import math
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence


def task_of(key: str) -> str:
    """Returns the task of `"task[column=value]"`."""
    return key.partition("[")[0] if key.endswith("]") else key


def without_repeats(
    pairs: list[tuple[str, object]], source: str
) -> dict[str, object]:
    """Returns an object of the JSON, whose last of equal keys would win."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(
                f"{source}: Thresholds should name every key once; drop all "
                f"but one. Received more than once: {key!r}."
            )
    return dict(pairs)


def check_keys(
    mapping: object,
    known: Iterable[str],
    what: str,
    where: str,
    source: str,
    name_of: Callable[[str], str] = str,
) -> None:
    """Refuses what is not an object, is empty, or has unknown keys."""
    known = list(known)
    place = f" under {where!r}" if where else ""
    if not isinstance(mapping, dict) or not mapping:
        raise ValueError(
            f"{source}: Thresholds should name a {what}{place}; expected one "
            f"or more of {known}. Received: {mapping!r}."
        )
    for key in mapping:
        if name_of(key) not in known:
            raise ValueError(
                f"{source}: Unknown {what}{place}; expected one of {known}."
                f"{_hint(name_of(key), known)} Received: {key!r}."
            )


def check_slice(key: str, columns: Sequence[str], source: str) -> None:
    """Refuses a slice of a column of which there are none."""
    if key == task_of(key):
        return
    column, equals, _ = key.partition("[")[2].partition("=")
    if not equals or column not in columns:
        raise ValueError(
            f"{source}: A slice should be written as 'task[column=value]'; "
            f"expected one of the columns {list(columns)}."
            f"{_hint(column, columns)} Received: {key!r}."
        )


def check_number(limit: object, where: str, source: str) -> None:
    """Refuses what is not a finite number."""
    number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if not number or not math.isfinite(limit):  # type: ignore[arg-type]
        raise ValueError(
            f"{source}: {where!r} should be a finite number. "
            f"Received: {limit!r}."
        )


def _hint(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
