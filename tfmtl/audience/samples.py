"""Which users to learn from, and which to judge by."""

from typing import Any
from typing import NamedTuple

import numpy as np

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
    needed = 2 if held_out else 1
    if len(eligible) < needed:
        raise ValueError(
            "The pool should have users that are neither seeds nor excluded, "
            f"{needed} or more. Received: {len(eligible)}."
        )
    seeds, eligible = map(random.permutation, (seeds, eligible))
    apart = others = 0
    if held_out:
        apart = min(max(round(held_out * len(seeds)), 1), len(seeds) - 1)
        others = min(max(round(held_out * len(eligible)), 1), MOST_OTHERS)
    count = max(round(negatives_per_seed * (len(seeds) - apart)), 1)
    return Samples(
        seeds[apart:],
        eligible[others:][:count],
        seeds[:apart],
        eligible[:others],
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
