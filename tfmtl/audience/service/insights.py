"""What sets the users of a campaign apart, and how much an audience finds."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.service.gain_curve import GainCurve
from tfmtl.audience.service.step import unwatched
from tfmtl.audience.service.traits import Counts
from tfmtl.audience.service.traits import count
from tfmtl.audience.service.user_rows import rows_of
from tfmtl.files import write_text

_BATCH = 65_536


def gain_curve(desk: Desk, campaign_id: str) -> GainCurve:
    """Returns what audiences of all sizes can be expected to find.

    Args:
        desk: What is worked with.
        campaign_id: The campaign.
    """
    _, folder = desk.current(campaign_id)
    left_out = pd.Index(desk.ids).isin(desk.excluded(campaign_id))
    return GainCurve(int(len(left_out) - left_out.sum()), folder.held_out())


def counts_of(desk: Desk, ids: np.ndarray) -> Counts:
    """Returns how many of some users have each value; counted once.

    Args:
        desk: What is worked with.
        ids: Who they are.
    """
    ids = np.sort(ids)
    pool = pool_counts(desk)

    def counted() -> Counts:
        columns = rows_of(desk.users, ids, desk.user_features, unwatched)
        return count(desk.user_features, [columns], pool.edges)

    return _kept(desk, counted, ids)


def pool_counts(desk: Desk) -> Counts:
    """Returns how many of all users have each value; counted once.

    Args:
        desk: What is worked with.
    """
    features = desk.user_features
    blocks = (block for _, block in desk.users.batches(features, _BATCH))
    return _kept(desk, lambda: count(features, blocks))


def _kept(desk: Desk, counted: Callable[[], Counts], *about: Any) -> Counts:
    """Returns counts that were written before, or writes them now."""
    names = [feature.name for feature in desk.user_features]
    name = fingerprint(desk.users_version, names, *about)
    path = desk.folder / "traits" / f"{name}.json"
    if not path.is_file():
        write_text(path, json.dumps(_plain(counted())) + "\n")
    content = json.loads(path.read_text("utf-8"))
    return Counts(
        content["users"],
        {n: np.array(values) for n, values in content["values"].items()},
        {n: np.array(ends) for n, ends in content["edges"].items()},
    )


def _plain(counts: Counts) -> dict[str, Any]:
    return {
        "users": counts.users,
        "values": {n: v.tolist() for n, v in counts.values.items()},
        "edges": {n: v.tolist() for n, v in counts.edges.items()},
    }
