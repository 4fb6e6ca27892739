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


def read_plan(path: str | os.PathLike[str]) -> ActivationPlan:
    """Returns the plan that a file describes.

    Args:
        path: A file of JSON: the arguments of `ActivationPlan` by name, the
            budget a number, the start such as "2021-03-22", each offer and
            the selection an object of their arguments.

    Raises:
        ValueError: If the file is no JSON, an argument is missing, unknown or
            out of range.
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
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def _plan(content: Any) -> ActivationPlan:
    values = _arguments(ActivationPlan, content, "the plan")
    offers = values["offers"]
    if not isinstance(offers, list):
        raise ValueError(
            f"`offers` should be a list. Received: offers={offers!r}."
        )
    values["offers"] = [_offer(offer) for offer in offers]
    values["budget"] = Budget(values["budget"])
    values["start"] = datetime.date.fromisoformat(values["start"])
    if "selection" in values:
        selection = _arguments(Selection, values["selection"], "`selection`")
        values["selection"] = Selection(**selection)
    return ActivationPlan(**values)


def _offer(content: Any) -> Offer:
    values = _arguments(Offer, content, "an offer")
    if "limits" in values:
        values["limits"] = tuple(values["limits"])
    return Offer(**values)


def _arguments(kind: Any, content: Any, what: str) -> dict[str, Any]:
    """Returns arguments, if all that are needed and no others are there."""
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
    return dict(content)
