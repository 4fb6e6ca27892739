"""What a campaign's model is customised with."""

import dataclasses
import datetime

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class TrainingSet:
    """A version of a campaign's seeds and of users to tell them from.

    Args:
        campaign_id: The campaign.
        version: Its version, from 1 on.
        seeds: Ids of the seeds, sorted.
        negatives: Ids of the others, sorted.
        ratio: How many others were wanted for each seed.
        seed: Made the draw repeatable.
        created_at: When it was drawn, UTC.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://", min_seeds=2)
    >>> spring = store.create_campaign("spring")
    >>> report = store.add_seeds("spring", [3, 5])
    >>> drawn = store.draw_training_set("spring", range(50), ratio=2)
    >>> drawn.version, drawn.seeds.tolist(), len(drawn.negatives)
    (1, [3, 5], 4)
    """

    campaign_id: str
    version: int
    seeds: np.ndarray
    negatives: np.ndarray
    ratio: float
    seed: int
    created_at: datetime.datetime
