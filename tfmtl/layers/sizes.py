"""Sizes, flags and parts that a user asks for, refused before they are used."""

import math
import numbers
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np


def units_of(name: str, units: Any) -> tuple[int, ...]:
    """Returns the widths of a stack of layers, or refuses them.

    Args:
        name: Name of the argument, for the message.
        units: Widths, one per layer; none at all are fine.

    Raises:
        ValueError: If this is one number instead of a list, or a width is not
            a positive whole number.
    """
    if not isinstance(units, Iterable) or isinstance(units, str):
        raise ValueError(
            f"`{name}` should list the widths of the layers, such as (64, 32), "
            f"and (64,) for one layer. Received: {name}={units!r}."
        )
    widths = tuple(units)
    if not all(map(_is_size, widths)):
        raise ValueError(
            f"`{name}` should be positive whole numbers, one per layer. "
            f"Received: {name}={units!r}."
        )
    return tuple(int(width) for width in widths)


def rates_of(
    dropout: float | Iterable[float], units: Sequence[int]
) -> list[float]:
    """Returns the dropout of each layer.

    Args:
        dropout: One for all layers, or one per layer.
        units: Widths of the layers.

    Raises:
        ValueError: If this is neither a number nor a list of them, or there
            are more or fewer than layers.
    """
    if isinstance(dropout, float | numbers.Real):
        return [float(dropout)] * len(units)
    rates: list[Any] = (
        list(dropout) if isinstance(dropout, Iterable) else [dropout]
    )
    are_numbers = all(isinstance(rate, numbers.Real) for rate in rates)
    if not are_numbers or len(rates) != len(units):
        raise ValueError(
            "`dropout` should be one number, or one per layer. "
            f"Received: dropout={dropout!r}, units={units!r}."
        )
    return rates


def check_sizes(**sizes: Any) -> None:
    """Refuses sizes that are not positive whole numbers.

    Args:
        **sizes: Arguments of the caller by name.

    Raises:
        ValueError: If one is not; the message names it.
    """
    for name, size in sizes.items():
        if not _is_size(size):
            raise ValueError(
                f"`{name}` should be positive and whole. "
                f"Received: {name}={size!r}."
            )


def check_flags(**flags: Any) -> None:
    """Refuses what is neither True nor False: any text would count as True.

    Args:
        **flags: Arguments of the caller by name.

    Raises:
        ValueError: If one is neither; the message names it.
    """
    for name, flag in flags.items():
        if not isinstance(flag, bool | np.bool_):
            raise ValueError(
                f"`{name}` should be True or False. Received: {name}={flag!r}."
            )


def check_not_negative(**values: Any) -> None:
    """Refuses what is no number, negative, NaN or infinite.

    Args:
        **values: Arguments of the caller by name.

    Raises:
        ValueError: If one is; the message names it.
    """
    for name, value in values.items():
        is_number = isinstance(value, numbers.Real)
        if not is_number or not 0 <= value < math.inf:
            raise ValueError(
                f"`{name}` should be a number, finite and not negative. "
                f"Received: {name}={value!r}."
            )


def check_part(name: str, part: Any, kind: type) -> None:
    """Refuses a part of a model that is of another kind.

    Args:
        name: Name of the argument, for the message.
        part: What the user passes.
        kind: Class that it should be of.

    Raises:
        ValueError: If it is not.
    """
    if not isinstance(part, kind):
        raise ValueError(
            f"`{name}` should be a {kind.__name__}. Received: {name}={part!r}."
        )


def _is_size(size: Any) -> bool:
    return isinstance(size, numbers.Integral) and int(size) >= 1
