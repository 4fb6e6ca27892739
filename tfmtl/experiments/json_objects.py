"""Objects of a protocol file, in JSON: their keys, and what they make."""

import dataclasses
import difflib
from collections.abc import Collection
from collections.abc import Mapping
from typing import Any
from typing import TypeVar

_T = TypeVar("_T")


def build(cls: type[_T], arguments: Mapping[str, Any], what: str) -> _T:
    """Returns a dataclass made of arguments out of JSON.

    Args:
        cls: The dataclass.
        arguments: Its arguments; lists become tuples.
        what: What it is called in the message.

    Raises:
        ValueError: If there is no such argument.
    """
    names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
    check_keys(arguments, (), names, what)
    return cls(**{name: tuples(v) for name, v in arguments.items()})


def check_keys(
    received: Any,
    needed: Collection[str],
    optional: Collection[str],
    what: str,
) -> None:
    """Refuses what is no JSON object, or has other keys than it should.

    Args:
        received: What stands in the file.
        needed: Keys that must be there.
        optional: Keys that may be.
        what: What it is called in the message.

    Raises:
        ValueError: If a key is unknown or missing.
    """
    if not isinstance(received, Mapping):
        raise ValueError(
            f"{what} should be a JSON object with the keys "
            f"{[*needed, *optional]}. Received: {received!r}."
        )
    known = [*needed, *optional]
    for key in received:
        if key not in known:
            raise ValueError(
                f"The keys of {what} are {known}.{hint(key, known)} "
                f"Received: {key!r}."
            )
    missing = [key for key in needed if key not in received]
    if missing:
        raise ValueError(
            f"{what} needs the keys {list(needed)}; add the missing ones. "
            f"Received: {sorted(received)}, missing: {missing}."
        )


def tuples(value: Any) -> Any:
    """Returns a value with tuples in place of its lists."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def hint(name: Any, known: Collection[str]) -> str:
    """Returns a question whether another name is meant, if one is close.

    Args:
        name: What was given.
        known: The names there are.
    """
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
