"""What is to be known of all ids before any user is scored."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.retrieval.wanted_ids import WantedIds
from tfmtl.audience.user_table import check_distinct

MOST_AT_A_TIME = 50_000_000


def count_left(
    users: Any, wanted: WantedIds, most: int = MOST_AT_A_TIME
) -> int:
    """Returns how many users are wanted, if every id is there once.

    Args:
        users: A `UserBase`, or another with shards of ids.
        wanted: Whom to choose from.
        most: About how many ids to hold in memory at a time; for more the
            files are read several times.

    Raises:
        ValueError: If an id occurs twice.
    """
    left = 0
    parts = -(-len(users) // most)
    for part in range(parts):
        ids = np.concatenate(list(_ids_of(users, part, parts)))
        index = pd.Index(ids)
        if not (index.is_monotonic_increasing and index.is_unique):
            check_distinct(index, "Every user should be in one row of one file")
        left += int(np.count_nonzero(wanted.are_wanted(ids)))
    return left


def hash_of(ids: np.ndarray) -> np.ndarray:
    """Returns a number for each id, the same in every process.

    Args:
        ids: `(users,)`.
    """
    return pd.util.hash_array(ids)


def _ids_of(users: Any, part: int, parts: int) -> Iterator[np.ndarray]:
    for shard in users.shards:
        ids = shard.ids(users.id_column)
        yield ids if parts == 1 else ids[hash_of(ids) % parts == part]
