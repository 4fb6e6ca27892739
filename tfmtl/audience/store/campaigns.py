"""The campaigns of the store."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tfmtl.audience.store.plain import plain
from tfmtl.audience.store.records.campaign import Campaign
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.tables import CAMPAIGN
from tfmtl.layers.sizes import check_sizes


class Campaigns(StorePart):
    """Campaigns, from their creation until they are closed."""

    def create_campaign(
        self,
        campaign_id: str,
        *,
        name: str = "",
        owner: str = "",
        features: Mapping[str, Any] | None = None,
        size: int | None = None,
    ) -> Campaign:
        """Creates a campaign.

        Args:
            campaign_id: An id that no campaign has.
            name: What people call it.
            owner: Whose it is.
            features: Value of each of its features, as the raw data have
                them.
            size: How many users its audience is to have.

        Raises:
            ValueError: If there is such a campaign, or a value is not one
                that can be kept.
        """
        _check_id(campaign_id)
        if size is not None:
            check_sizes(size=size)
        campaign = Campaign(
            campaign_id=campaign_id,
            name=name,
            owner=owner,
            features=plain("features", features),
            size=size,
            is_open=True,
            created_at=self._now(),
        )
        with self._database.writing() as connection:
            try:
                connection.execute(sa.insert(CAMPAIGN).values(vars(campaign)))
            except sa.exc.IntegrityError as error:
                raise ValueError(
                    "`campaign_id` should be one that no campaign has; choose "
                    "another, or go on with that campaign. Received: "
                    f"campaign_id={campaign_id!r}."
                ) from error
        return self.campaign(campaign_id)

    def campaign(self, campaign_id: str) -> Campaign:
        """Returns a campaign.

        Args:
            campaign_id: Its id.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            row = connection.execute(
                sa.select(CAMPAIGN).where(CAMPAIGN.c.campaign_id == campaign_id)
            ).one()
        return Campaign(**row._mapping)

    def campaigns(self, is_open: bool | None = None) -> list[Campaign]:
        """Returns the campaigns, in the order in which they were created.

        Args:
            is_open: Whether they are to be going on; None for all.
        """
        query = sa.select(CAMPAIGN).order_by(
            CAMPAIGN.c.created_at, CAMPAIGN.c.campaign_id
        )
        if is_open is not None:
            query = query.where(CAMPAIGN.c.is_open == is_open)
        with self._database.reading() as connection:
            return [
                Campaign(**row._mapping) for row in connection.execute(query)
            ]

    def close_campaign(self, campaign_id: str) -> Campaign:
        """Says that a campaign is over. Late feedback is still taken in.

        Args:
            campaign_id: Its id.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        with self._database.writing() as connection:
            lock_campaign(connection, campaign_id)
            connection.execute(
                sa.update(CAMPAIGN)
                .where(CAMPAIGN.c.campaign_id == campaign_id)
                .values(is_open=False)
            )
        return self.campaign(campaign_id)


def _check_id(campaign_id: Any) -> None:
    is_id = isinstance(campaign_id, str) and "\0" not in campaign_id
    if not is_id or not campaign_id.strip():
        raise ValueError(
            "`campaign_id` should be text, and not blank. "
            f"Received: campaign_id={campaign_id!r}."
        )
