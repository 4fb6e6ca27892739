"""The users of a campaign that nothing is learned from, by hash."""

import numpy as np
import pandas as pd

from tfmtl.audience.samples import MOST_OTHERS
from tfmtl.datasets.hashing import hash_ids
from tfmtl.datasets.hashing import hash_texts
from tfmtl.id_kind import id_kind


class HeldOutPart:
    """A share of the users, the same ones whenever it is asked for.

    Seeds in it are judged by, and neither the campaign's models nor the
    general one learn from them: a model that was learned from a seed ranks
    it high, whether it knows more such users or not. Who becomes a seed later
    is in it, or not, from the beginning. Of the seeds, one at least is in it,
    and one is not.

    Args:
        campaign_id: The campaign; each has a part of its own.
        share: Share of the users.
        seeds: Ids of the seeds that can be learned from.
    """

    def __init__(
        self, campaign_id: str, share: float, seeds: np.ndarray
    ) -> None:
        self._seed = int(hash_texts(np.array([campaign_id]))[0])
        self._limit = share
        if len(seeds) > 1:
            lots = self._lots(seeds)
            lowest = np.nextafter(lots.min(), 1)
            self._limit = float(np.clip(share, lowest, lots.max()))

    def holds(self, ids: np.ndarray) -> np.ndarray:
        """Tells who is in it.

        Args:
            ids: `(users,)`, ids of any users.

        Returns:
            `(users,)` bool.
        """
        return self._lots(ids) < self._limit

    def others(self, ids: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Returns users to judge by, one or more, at most `MOST_OTHERS`.

        Args:
            ids: All users.
            known: Users to leave out: seeds, say.
        """
        left = ids[~pd.Index(ids).isin(known)]
        lots = self._lots(left)
        count = min(max(int((lots < self._limit).sum()), 1), MOST_OTHERS)
        return left[np.argsort(lots, kind="stable")[:count]]

    def _lots(self, ids: np.ndarray) -> np.ndarray:
        """Returns a number from 0 to below 1 for each user."""
        # Ids of an empty list and of a full one together are objects.
        scrambled = hash_ids if id_kind(ids) == "integer" else hash_texts
        return (scrambled(ids, self._seed) >> np.uint64(11)) / 2.0**53
