"""Which campaigns are learned from, and which are held out."""

import hashlib
from collections.abc import Iterable

from pipeline.components.job_parts import DEV
from pipeline.components.job_parts import EVAL
from pipeline.components.job_parts import TRAIN

HELD_OUT_SHARE = 0.4
_DEV_SHARE = 0.15


def split_of(campaign: str, seed: int = 0) -> str:
    """Returns the split of a campaign, by a hash of its id.

    A campaign stays where it is when others come: one that was held out once
    is never learned from.

    Args:
        campaign: Its id.
        seed: Makes another choice.

    Example:

    >>> split_of("7"), split_of("8"), split_of("9")
    ('train', 'eval', 'dev')
    """
    digest = hashlib.blake2b(f"{seed}/{campaign}".encode(), digest_size=8)
    place = int.from_bytes(digest.digest(), "big") / 2**64
    if place < HELD_OUT_SHARE:
        return EVAL
    dev = (1 - HELD_OUT_SHARE) * _DEV_SHARE
    return DEV if place < HELD_OUT_SHARE + dev else TRAIN


def split_campaigns(
    campaigns: Iterable[str], seed: int = 0
) -> dict[str, list[str]]:
    """Returns the campaigns of each split, sorted.

    Args:
        campaigns: Their ids.
        seed: Makes another choice.

    Raises:
        ValueError: If a split would be empty.
    """
    splits: dict[str, list[str]] = {TRAIN: [], DEV: [], EVAL: []}
    for campaign in sorted(campaigns):
        splits[split_of(campaign, seed)].append(campaign)
    empty = [name for name, members in splits.items() if not members]
    if empty:
        raise ValueError(
            "There should be campaigns for every split; take more, or "
            f"another seed. Received: none for {empty}, seed={seed!r}, "
            f"{sum(map(len, splits.values()))} campaigns."
        )
    return splits
