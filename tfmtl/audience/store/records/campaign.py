"""A campaign as the store knows it."""

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Campaign:
    """A campaign that an audience is looked for.

    Args:
        campaign_id: Its id.
        name: What people call it.
        owner: Whose it is.
        features: Value of each of its features, as the raw data have them.
        size: How many users its audience is to have; None if open.
        is_open: Whether it is going on.
        created_at: When it was created, UTC.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://")
    >>> store.create_campaign("spring", features={"topic": "garden"}).features
    {'topic': 'garden'}
    """

    campaign_id: str
    name: str
    owner: str
    features: Mapping[str, Any]
    size: int | None
    is_open: bool
    created_at: datetime.datetime
