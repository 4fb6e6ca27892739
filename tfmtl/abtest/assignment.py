"""Which arm of an experiment a user is in."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.datasets import hashing
from tfmtl.id_kind import id_kind


def assign(
    ids: Any, experiment: str, shares: Mapping[str, float]
) -> np.ndarray:
    """Assigns ids to the arms of an experiment, by hash.

    The arm depends on the id, the name of the experiment and the shares, and
    on nothing else: every process and machine finds the same one, without a
    table. Experiments of different names are independent of each other.
    (Whole numbers and text that reads the same are different ids.)

    Args:
        ids: Whole numbers or text, one dimension.
        experiment: Name of the experiment.
        shares: Arm to the share of the ids it is to have, 1 in total. Who is
            to have no part in it is an arm, too.

    Returns:
        The names of the arms, `(ids,)`.

    Raises:
        ValueError: If ids are of another kind or missing, the experiment has
            no name, or the shares are not positive or not 1 in total.

    Example:

    >>> halves = {"control": 0.5, "treatment": 0.5}
    >>> tfmtl.abtest.assign([1, 2, 3], "summer", halves).tolist()
    ['control', 'control', 'treatment']
    """
    check_shares(shares)
    uniform = _hashed(ids, seed_of(experiment)) / 2.0**53
    limits = np.cumsum(list(shares.values()))[:-1]
    return np.array(list(shares))[np.searchsorted(limits, uniform, "right")]


def check_shares(shares: Mapping[str, float]) -> None:
    """Refuses shares that do not divide the ids.

    Args:
        shares: Arm to share.

    Raises:
        ValueError: If there are fewer than two arms, or the shares are not
            positive or not 1 in total.
    """
    numbers = list(shares.values())
    if (
        len(numbers) < 2
        or not all(share > 0 for share in numbers)
        or not math.isclose(sum(numbers), 1)
    ):
        raise ValueError(
            "`shares` should give two arms or more their shares, positive and "
            "1 in total; name the rest an arm of its own. "
            f"Received: shares={dict(shares)!r}."
        )


def seed_of(experiment: str) -> int:
    """Returns the seed that an experiment's name stands for.

    Args:
        experiment: Name of the experiment.

    Raises:
        ValueError: If it is no name.
    """
    if not isinstance(experiment, str) or not experiment:
        raise ValueError(
            "`experiment` should be a name, another one for each experiment, "
            f"so that they are independent. Received: {experiment!r}."
        )
    return int.from_bytes(
        hashlib.sha256(experiment.encode()).digest()[:8], "big"
    )


def _hashed(ids: Any, seed: int) -> np.ndarray:
    """Returns whole numbers from 0 to below 2 ** 53."""
    index = pd.Index(np.asarray(ids).ravel())
    kind = id_kind(index)
    if kind == "integer" or not len(index):
        bits = hashing.hash_ids(index.to_numpy(np.int64), seed)
    elif kind == "string":
        bits = hashing.hash_texts(index.to_numpy(), seed)
    else:
        raise ValueError(
            "Ids should be whole numbers or text, and none missing. "
            f"Received: {kind} values, first {index[:3].tolist()}."
        )
    return bits >> np.uint64(11)
