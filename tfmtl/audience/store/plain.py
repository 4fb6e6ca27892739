"""Values that JSON can hold."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(name: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns values as JSON gives them back, or refuses them.

    Args:
        name: Name of the argument, for the message.
        values: Numbers, text, and lists of these, by name.

    Raises:
        ValueError: If one is something else, or not finite.

    Example:

    >>> plain("features", {"topics": np.array([1, 2])})
    {'topics': [1, 2]}
    """
    try:
        text = json.dumps(dict(values or {}), default=_list, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` should have finite numbers, text, or lists of these, "
            f"by name. Received: {name}={values!r}."
        ) from error
    result: dict[str, Any] = json.loads(text)
    return result


def _list(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError
