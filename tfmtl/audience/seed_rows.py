"""The seeds of a campaign among the users of a pool."""

from typing import Any
from typing import NamedTuple

import numpy as np

from tfmtl.audience.known_share import check_known
from tfmtl.audience.user_table import UserTable
from tfmtl.audience.user_table import check_distinct
from tfmtl.audience.user_table import id_index


class SeedRows(NamedTuple):
    """Rows of seeds that can be learned from.

    Args:
        rows: Rows of the seeds in the pool.
        unknown: Number of seeds that the pool does not know.
        excluded: Number of seeds that are to be excluded.
    """

    rows: np.ndarray
    unknown: int
    excluded: int


def find_seeds(
    seeds: Any,
    users: UserTable,
    is_excluded: np.ndarray,
    min_seeds: int,
    min_known: float,
) -> SeedRows:
    """Returns the rows of a campaign's seeds, or refuses the seeds.

    Args:
        seeds: Ids of the seeds.
        users: The pool.
        is_excluded: For each user of the pool whether to leave it out.
        min_seeds: The least number of seeds.
        min_known: The least share of the seeds that the pool has to know.

    Raises:
        ValueError: If seeds occur twice, or too few are known or left.
    """
    ids = id_index(seeds, "seeds")
    check_distinct(ids, "Every seed should be there once")
    rows = users.rows_of(ids, "seeds")
    unknown = ids[rows < 0]
    check_known(unknown, len(ids), min_known, "seeds")
    rows = rows[rows >= 0]
    kept = rows[~is_excluded[rows]]
    if len(kept) < min_seeds:
        raise ValueError(
            "A campaign should have `min_seeds` seeds or more to learn from. "
            f"Received: {len(kept)} of {len(ids)} seeds that are known and "
            f"not excluded; min_seeds={min_seeds!r}."
        )
    return SeedRows(kept, len(unknown), len(rows) - len(kept))


def find_negatives(
    negatives: Any, users: UserTable, is_eligible: np.ndarray
) -> np.ndarray:
    """Returns the rows of users to tell seeds from, or refuses them.

    Args:
        negatives: Ids of these users.
        users: The pool.
        is_eligible: For each user of the pool whether it is neither a seed
            nor to be left out.

    Raises:
        ValueError: If there are none, one occurs twice, is a seed, is to be
            left out, or unknown to the pool.
    """
    ids = id_index(negatives, "negatives")
    check_distinct(ids, "Every negative should be there once")
    rows = users.rows_of(ids, "negatives")
    is_bad = rows < 0
    is_bad[~is_bad] = ~is_eligible[rows[~is_bad]]
    if is_bad.any() or not len(ids):
        raise ValueError(
            "`negatives` should be users of the pool, one or more, that are "
            "neither seeds nor excluded; leave out the others. Received: "
            f"{is_bad.sum()} of {len(ids)} that are not, first "
            f"{ids[is_bad][:5].tolist()}."
        )
    return rows
