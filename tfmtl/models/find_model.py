"""Finds a model class by its name."""

import difflib
import importlib
import inspect
from typing import Any

from tfmtl import models


def known_models() -> dict[str, type["models.MultiTaskModel"]]:
    """Returns the models of `tfmtl.models` by name."""
    return {k: v for k, v in vars(models).items() if _is_model(v)}


def find_model(name: str) -> type["models.MultiTaskModel"]:
    """Returns the model class of a name.

    Args:
        name: Name of a model class in `tfmtl.models`, or of one of your own
            and its module, `package.module:Class`.

    Raises:
        ValueError: If there is no such model.
    """
    if ":" in name:
        return _own_model(name)
    known = known_models()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"The model should be one of {sorted(known)}, or one of your own, "
            f"'package.module:Class'.{hint} Received: model={name!r}."
        )
    return known[name]


def _own_model(name: str) -> type["models.MultiTaskModel"]:
    module, _, class_name = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            "A model of your own should be in a module that Python finds, "
            f"such as one beside where you start. Received: model={name!r}: "
            f"{error}."
        ) from error
    if not _is_model(found):
        raise ValueError(
            "A model of your own should be a subclass of "
            f"tfmtl.models.MultiTaskModel. Received: model={name!r}, {found!r}."
        )
    model: type[models.MultiTaskModel] = found
    return model


def _is_model(value: Any) -> bool:
    return (
        inspect.isclass(value)
        and issubclass(value, models.MultiTaskModel)
        and not inspect.isabstract(value)
    )


def takes(model: type["models.MultiTaskModel"], argument: str) -> bool:
    """Tells whether a model class takes an argument.

    Args:
        model: The class. What it passes on to its bases counts.
        argument: Name of the argument.

    Example:

    >>> takes(models.MMoE, "expert_units"), takes(models.MMoE, "units")
    (True, False)
    """
    return any(
        argument in inspect.signature(base.__init__).parameters  # type: ignore[misc]
        for base in inspect.getmro(model)
    )
