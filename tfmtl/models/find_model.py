"""Finds a model class by its name."""

import difflib
import inspect

from tfmtl import models


def known_models() -> dict[str, type["models.MultiTaskModel"]]:
    """Returns the models by name; features and tasks suffice for each."""
    return {
        name: value
        for name, value in vars(models).items()
        if inspect.isclass(value)
        and issubclass(value, models.MultiTaskModel)
        and not inspect.isabstract(value)
    }


def find_model(name: str) -> type["models.MultiTaskModel"]:
    """Returns the model class of a name.

    Args:
        name: Name of a model class in `tfmtl.models`.

    Raises:
        ValueError: If there is no such model.
    """
    known = known_models()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"The model should be one of {sorted(known)}.{hint} "
            f"Received: model={name!r}."
        )
    return known[name]


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
