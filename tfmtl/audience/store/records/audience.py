"""An audience as the store knows it."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True)
class Audience:
    """The file of users that were chosen for a campaign.

    Args:
        campaign_id: The campaign.
        model_version: Version of its model that chose them.
        path: The file.
        size: Number of users in it.
        created_at: When it was added, UTC.

    Example:

        for audience in store.audiences("spring"):
            print(audience.size, audience.path)
    """

    campaign_id: str
    model_version: int
    path: str
    size: int
    created_at: datetime.datetime
