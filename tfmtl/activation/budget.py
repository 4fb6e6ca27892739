"""What may be paid out in rewards."""

import dataclasses
import numbers
from typing import Any


@dataclasses.dataclass(frozen=True)
class Budget:
    """The most that all rewards together may cost.

    Money is in whole numbers of the smallest unit, such as cents, so that no
    sum is rounded. Every reward that is offered counts in full, whether or
    not it will be earned: the budget holds even if all tasks are completed.

    Args:
        total: That many, 1 or more.

    Raises:
        ValueError: If it is not a positive whole number.

    Example:

    >>> tfmtl.activation.Budget(500_000).total
    500000
    """

    total: int

    def __post_init__(self) -> None:
        check_money("total", self.total, least=1)


def check_money(name: str, amount: Any, least: int = 0) -> None:
    """Refuses an amount that is no whole number of the smallest unit.

    Args:
        name: Name of the argument, for the message.
        amount: The amount.
        least: The least that it may be.

    Raises:
        ValueError: If it is not, or is less.
    """
    is_whole = isinstance(amount, numbers.Integral)
    if not is_whole or isinstance(amount, bool) or amount < least:
        raise ValueError(
            f"`{name}` should be a whole number of cents (or of what the "
            f"smallest unit is), {least} or more. "
            f"Received: {name}={amount!r}."
        )
