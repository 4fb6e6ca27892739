"""Plans written as JSON."""

import dataclasses
import datetime
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfmtl.activation.activation_plan import ActivationPlan
from tfmtl.activation.budget import Budget
from tfmtl.activation.offer import Offer
from tfmtl.activation.selection import Selection

_NUMBER = ((int, float), "a number")
_TEXT = (str, "a text")
_KINDS: dict[str, tuple[Any, str]] = {
    "name": _TEXT,
    "start": (str, 'a day such as "2021-03-22"'),
    "offers": (list, "a list"),
    "measures": (list, "a list of names of columns"),
    "control_share": _NUMBER,
    "metric": _TEXT,
    "raise_by": _NUMBER,
    "limits": (list, "a list of two, the least and the most"),
    "chance": _NUMBER,
    "max_rate": _NUMBER,
    "min_fall": _NUMBER,
    "forecast": _TEXT,
    "past": _TEXT,
}


def read_plan(path: str | os.PathLike[str]) -> ActivationPlan:
    """Returns the plan that a file describes.

    Args:
        path: A file of JSON: the arguments of `ActivationPlan` by name, the
            budget a number, the start such as "2021-03-22", each offer and
            the selection an object of their arguments.

    Raises:
        ValueError: If the file is no JSON, an argument is missing, unknown, of
            another kind or out of range.
    """
    text = Path(path).read_text("utf-8")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path}: A plan should be a file of JSON. Received: {error}."
        ) from error
    try:
        return _plan(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _plan(content: Any) -> ActivationPlan:
    values = _arguments(ActivationPlan, content, "the plan")
    values["offers"] = [_offer(offer) for offer in values["offers"]]
    values["budget"] = Budget(values["budget"])
    values["start"] = _day(values["start"])
    if "selection" in values:
        selection = _arguments(Selection, values["selection"], "`selection`")
        values["selection"] = Selection(**selection)
    return ActivationPlan(**values)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise _wrong("start", text) from error


def _offer(content: Any) -> Offer:
    values = _arguments(Offer, content, "an offer")
    if "limits" in values:
        values["limits"] = tuple(values["limits"])
    return Offer(**values)


def _arguments(kind: Any, content: Any, what: str) -> dict[str, Any]:
    """Returns arguments, if those that are needed are there, each as it is."""
    fields = dataclasses.fields(kind)
    names = [field.name for field in fields]
    needed = {f.name for f in fields if f.default is dataclasses.MISSING}
    if (
        not isinstance(content, Mapping)
        or needed - set(content)
        or set(content) - set(names)
    ):
        raise ValueError(
            f"{what} should be an object with {sorted(needed)}, and perhaps "
            f"{[name for name in names if name not in needed]}. "
            f"Received: {content!r}."
        )
    for name in set(content) & set(_KINDS):
        value = content[name]
        if not isinstance(value, _KINDS[name][0]) or isinstance(value, bool):
            raise _wrong(name, value)
    return dict(content)


def _wrong(name: str, value: Any) -> ValueError:
    return ValueError(
        f"`{name}` should be {_KINDS[name][1]}. Received: {name}={value!r}."
    )
