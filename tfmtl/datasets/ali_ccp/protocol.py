"""How the rows of Ali-CCP are turned into train, dev and test."""

import dataclasses
from collections.abc import Callable

import numpy as np

from tfmtl.datasets.ali_ccp.random_rows import RandomRows
from tfmtl.datasets.ali_ccp.whole_users import WholeUsers

DevSplit = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Protocol:
    """A way of preparing the data; results of two are not to be compared.

    Args:
        min_count: Occurrences in the training file, its dev rows included,
            from which on a value gets an id of its own.
        split: Called with the numbers of training rows and with their users;
            returns for each whether it is a dev row. `RandomRows` and
            `WholeUsers` are such callables.

    Example:

    >>> Protocol(min_count=10, split=WholeUsers(fraction=0.2, seed=1))
    Protocol(min_count=10, split=WholeUsers(fraction=0.2, seed=1))
    """

    min_count: int
    split: DevSplit

    def __post_init__(self) -> None:
        if self.min_count < 1:
            raise ValueError(
                "`min_count` should be at least 1. "
                f"Received: min_count={self.min_count}."
            )


# AITM's script counts from 0 and keeps what is above 10: 12 occurrences.
AITM_PROTOCOL = Protocol(min_count=12, split=RandomRows(0.1))
ENTITY_PROTOCOL = Protocol(min_count=12, split=WholeUsers(0.1))
