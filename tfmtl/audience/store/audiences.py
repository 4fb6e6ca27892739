"""The audiences that were chosen."""

import os

import sqlalchemy as sa

from tfmtl.audience.store.records.audience import Audience
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.tables import AUDIENCE
from tfmtl.audience.store.tables import MODEL
from tfmtl.layers.sizes import check_sizes


class Audiences(StorePart):
    """Audiences of the campaigns, as files."""

    def add_audience(
        self,
        campaign_id: str,
        model_version: int,
        path: str | os.PathLike[str],
        size: int,
    ) -> Audience:
        """Adds an audience. The same one again changes nothing.

        Args:
            campaign_id: The campaign.
            model_version: Version of its model that chose the users.
            path: The file.
            size: Number of users in it.

        Raises:
            ValueError: If the campaign has no such model, or the size is no
                positive number.
        """
        check_sizes(size=size)
        key = {
            "campaign_id": campaign_id,
            "model_version": model_version,
            "path": os.fspath(path),
            "size": size,
        }
        with self._database.writing() as connection:
            lock_campaign(connection, campaign_id)
            versions = sa.select(MODEL.c.version).where(
                MODEL.c.campaign_id == campaign_id
            )
            known = sorted(connection.execute(versions).scalars())
            if model_version not in known:
                raise ValueError(
                    "`model_version` should be one of the campaign's models. "
                    f"Received: model_version={model_version!r}, versions "
                    f"{known}."
                )
            query = sa.select(AUDIENCE).filter_by(**key)
            if connection.execute(query).first() is None:
                connection.execute(
                    sa.insert(AUDIENCE).values(created_at=self._now(), **key)
                )
            return _audience(connection.execute(query).one())

    def audiences(self, campaign_id: str) -> list[Audience]:
        """Returns the audiences of a campaign, the oldest first.

        Args:
            campaign_id: The campaign.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        query = (
            sa.select(AUDIENCE)
            .where(AUDIENCE.c.campaign_id == campaign_id)
            .order_by(AUDIENCE.c.audience_id)
        )
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            return [_audience(row) for row in connection.execute(query)]


def _audience(row: sa.Row) -> Audience:
    values = dict(row._mapping)
    del values["audience_id"]
    return Audience(**values)
