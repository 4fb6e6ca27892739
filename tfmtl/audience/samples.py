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
    is_eligible: np.ndarray,
    users: UserTable,
    negatives: Any,
    settings: Any,
) -> Samples:
    """Returns the rows to learn from and to judge by.

    Args:
        seeds: Rows of the seeds.
        is_eligible: For each user of the pool whether it is neither a seed
            nor to be left out.
        users: The pool.
        negatives: Ids of the users to tell the seeds from; None to draw them.
        settings: An `AudienceExpander`.

    Raises:
        ValueError: If negatives are given that are none, or there is nobody
            to tell the seeds from.
    """
    eligible = np.flatnonzero(is_eligible)
    random = np.random.default_rng(settings.seed)
    held_out = settings.held_out
    if negatives is None:
        ratio = settings.negatives_per_seed
        return draw_samples(seeds, eligible, ratio, held_out, random)
    rows = find_negatives(negatives, users, is_eligible)
    return given_samples(seeds, rows, eligible, held_out, random)


def draw_samples(
    seeds: np.ndarray,
    eligible: np.ndarray,
    negatives_per_seed: float,
    held_out: float,
    random: np.random.Generator,
) -> Samples:
    """Returns the rows to learn from and to judge by.

    Args:
        seeds: Rows of the seeds.
        eligible: Rows of users that are neither seeds nor excluded.
        negatives_per_seed: How many of these for each seed, as far as they
            go.
        held_out: Share of the seeds, and of the users, to judge by; of the
            users no more than `MOST_OTHERS`.
        random: Draws them.

    Raises:
        ValueError: If there is nobody to tell the seeds from.
    """
    _check_left(eligible, 2 if held_out else 1)
    seeds, eligible = map(random.permutation, (seeds, eligible))
    apart = _apart(seeds, held_out)
    others = 0
    if held_out:
        others = min(max(round(held_out * len(eligible)), 1), MOST_OTHERS)
    count = max(round(negatives_per_seed * (len(seeds) - apart)), 1)
    return Samples(
        seeds[apart:],
        eligible[others:][:count],
        seeds[:apart],
        eligible[:others],
    )


def given_samples(
    seeds: np.ndarray,
    negatives: np.ndarray,
    eligible: np.ndarray,
    held_out: float,
    random: np.random.Generator,
) -> Samples:
    """Returns the rows to judge by; those to learn from are given.

    Args:
        seeds: Rows of the seeds.
        negatives: Rows of users that are learned from, all of them.
        eligible: Rows of users that are neither seeds nor excluded, the
            negatives among them.
        held_out: Share of the seeds to judge by, beside users that are not
            learned from, no more than `MOST_OTHERS`.
        random: Draws them.

    Raises:
        ValueError: If there is nobody to tell the seeds from.
    """
    others = np.setdiff1d(eligible, negatives, assume_unique=True)
    if held_out:
        _check_left(others, 1)
    seeds, others = map(random.permutation, (seeds, others))
    apart = _apart(seeds, held_out)
    return Samples(
        seeds[apart:],
        negatives,
        seeds[:apart],
        others[: MOST_OTHERS if held_out else 0],
    )


def _apart(seeds: np.ndarray, held_out: float) -> int:
    """Returns how many seeds are held out: with a share, one or more."""
    if not held_out:
        return 0
    return min(max(round(held_out * len(seeds)), 1), len(seeds) - 1)


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
