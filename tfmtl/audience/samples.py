"""Which users to learn from, and which to judge by."""

from typing import Any
from typing import NamedTuple

import numpy as np

from tfmtl.audience.seed_rows import find_negatives
from tfmtl.audience.user_table import UserTable

MOST_OTHERS = 10_000


class Samples(NamedTuple):
    """Rows to learn from and rows to judge by, none of them twice.

    Args:
        seeds: Seeds to learn from.
        negatives: Other users to learn from.
        held_out_seeds: Seeds to judge by.
        others: Other users to judge by.
    """

    seeds: np.ndarray
    negatives: np.ndarray
    held_out_seeds: np.ndarray
    others: np.ndarray


def choose_samples(
    seeds: np.ndarray,
    held_out_seeds: Any,
    is_eligible: np.ndarray,
    users: UserTable,
    negatives: Any,
    settings: Any,
) -> Samples:
    """Returns the rows to learn from and to judge by.

    Args:
        seeds: Rows of the seeds.
        held_out_seeds: Ids of those to judge by; None to draw them.
        is_eligible: For each user of the pool whether it is neither a seed
            nor to be left out.
        users: The pool.
        negatives: Ids of the users to tell the seeds from; None to draw them.
        settings: An `AudienceExpander`.

    Raises:
        ValueError: If negatives are given that are none, no seed is left to
            learn from, or there is nobody to tell the seeds from.
    """
    eligible = np.flatnonzero(is_eligible)
    random = np.random.default_rng(settings.seed)
    held_out = settings.held_out
    if held_out_seeds is None or not held_out:
        seeds, apart = _drawn_apart(seeds, held_out, random)
    else:
        seeds, apart = _given_apart(seeds, held_out_seeds, users)
    if negatives is None:
        ratio = settings.negatives_per_seed
        return _draw_samples(seeds, apart, eligible, ratio, held_out, random)
    rows = find_negatives(negatives, users, is_eligible)
    return _given_samples(seeds, apart, rows, eligible, held_out, random)


def _draw_samples(
    seeds: np.ndarray,
    apart: np.ndarray,
    eligible: np.ndarray,
    negatives_per_seed: float,
    held_out: float,
    random: np.random.Generator,
) -> Samples:
    """Draws the other users to learn from, and those to judge by."""
    _check_left(eligible, 2 if held_out else 1)
    eligible = random.permutation(eligible)
    others = 0
    if held_out:
        others = min(max(round(held_out * len(eligible)), 1), MOST_OTHERS)
    count = max(round(negatives_per_seed * len(seeds)), 1)
    return Samples(seeds, eligible[others:][:count], apart, eligible[:others])


def _given_samples(
    seeds: np.ndarray,
    apart: np.ndarray,
    negatives: np.ndarray,
    eligible: np.ndarray,
    held_out: float,
    random: np.random.Generator,
) -> Samples:
    """Judges by users that are not learned from, who are given."""
    others = np.setdiff1d(eligible, negatives, assume_unique=True)
    if held_out:
        _check_left(others, 1)
    others = random.permutation(others)[: MOST_OTHERS if held_out else 0]
    return Samples(seeds, negatives, apart, others)


def _drawn_apart(
    seeds: np.ndarray, held_out: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns seeds to learn from, and with a share some to judge by."""
    seeds = random.permutation(seeds)
    apart = 0
    if held_out:
        apart = min(max(round(held_out * len(seeds)), 1), len(seeds) - 1)
    return seeds[apart:], seeds[:apart]


def _given_apart(
    seeds: np.ndarray, held_out_seeds: Any, users: UserTable
) -> tuple[np.ndarray, np.ndarray]:
    """Returns seeds to learn from and seeds to judge by."""
    is_apart = users.has_id_in(held_out_seeds, "held_out_seeds")[seeds]
    if is_apart.all() or not is_apart.any():
        raise ValueError(
            "`held_out_seeds` should be some of the seeds that are known and "
            "not excluded, and not all of them. Received: "
            f"{is_apart.sum()} of {len(seeds)}."
        )
    return seeds[~is_apart], seeds[is_apart]


def _check_left(rows: np.ndarray, needed: int) -> None:
    if len(rows) < needed:
        raise ValueError(
            "The pool should have users that are neither seeds nor excluded, "
            f"nor given as negatives, {needed} or more. Received: {len(rows)}."
        )


def check_settings(
    negatives_per_seed: Any,
    held_out: Any,
    min_seeds: Any,
    min_known: Any,
    **others: Any,
) -> None:
    """Refuses numbers that are out of range.

    Args:
        negatives_per_seed: A positive number.
        held_out: A share from 0 to below 1.
        min_seeds: A number, 2 or more.
        min_known: A share from above 0 to 1.
        **others: Ignored.

    Raises:
        ValueError: If one is not; the message names it.
    """
    for name, value, fits, rule in (
        (
            "negatives_per_seed",
            negatives_per_seed,
            0 < negatives_per_seed < np.inf,
            "positive",
        ),
        ("held_out", held_out, 0 <= held_out < 1, "a share from 0 to below 1"),
        ("min_seeds", min_seeds, min_seeds >= 2, "2 or more"),
        ("min_known", min_known, 0 < min_known <= 1, "a share, 1 for all"),
    ):
        if not fits:
            raise ValueError(
                f"`{name}` should be {rule}. Received: {name}={value!r}."
            )
