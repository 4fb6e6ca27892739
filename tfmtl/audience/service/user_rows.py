"""Some users out of many, without reading all of them into memory."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.features import Feature

_BATCH = 65_536


def rows_of(
    users: UserBase,
    ids: np.ndarray,
    features: Sequence[Feature],
    watch: Watch,
) -> dict[str, np.ndarray]:
    """Returns the columns of some users, as `AudienceExpander` takes them.

    Args:
        users: All users.
        ids: Who is wanted. Those that are not there are left out.
        features: Features of the user.
        watch: Told of what has been read.
    """
    wanted = pd.Index(ids)
    parts: list[dict[str, np.ndarray]] = []
    done = 0
    for batch_ids, columns in users.batches(features, _BATCH):
        found = np.flatnonzero(pd.Index(batch_ids).isin(wanted))
        parts.append(
            {
                users.id_column: batch_ids[found],
                **{name: column[found] for name, column in columns.items()},
            }
        )
        done += len(batch_ids)
        watch(Step("reading users", done=done, total=len(users)))
    return {
        name: np.concatenate([part[name] for part in parts])
        for name in parts[0]
    }


def joined(lists: Sequence[np.ndarray]) -> np.ndarray:
    """Returns the ids of several lists, perhaps none.

    Args:
        lists: The lists.
    """
    # No ids at all have another type than ids.
    return np.concatenate([each for each in lists if len(each)] or lists[:1])
