"""What all parts of the store share."""

import datetime
from collections.abc import Callable

import sqlalchemy as sa

from tfmtl.audience.store.errors.unknown_campaign_error import (
    UnknownCampaignError,
)
from tfmtl.audience.store.tables import CAMPAIGN
from tfmtl.audience.store.tables import SETTING
from tfmtl.database import Database


class StorePart:
    """A part of the store. `CampaignStore` is all of them together."""

    min_seeds: int
    clock: Callable[[], float]
    _database: Database

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(
            self.clock(), datetime.timezone.utc
        )


def check_campaign(connection: sa.Connection, campaign_id: str) -> None:
    """Refuses an id that no campaign has.

    Args:
        connection: A connection.
        campaign_id: The id.

    Raises:
        UnknownCampaignError: If there is no such campaign.
    """
    _find(connection, campaign_id, _campaign(campaign_id))


def lock_campaign(connection: sa.Connection, campaign_id: str) -> None:
    """Keeps others from changing a campaign until the transaction is over.

    Args:
        connection: A connection within a transaction that writes.
        campaign_id: The id.

    Raises:
        UnknownCampaignError: If there is no such campaign.
    """
    # On SQLite, where a transaction that writes is alone, it says nothing.
    # Rows that only point to the campaign may be added meanwhile.
    query = _campaign(campaign_id).with_for_update(key_share=True)
    _find(connection, campaign_id, query)


def locked_setting(connection: sa.Connection, name: str) -> str | None:
    """Returns a setting that nobody else changes until this is over.

    Args:
        connection: A connection within a transaction.
        name: Name of the setting.
    """
    return connection.execute(
        sa.select(SETTING.c.value)
        .where(SETTING.c.name == name)
        .with_for_update()
    ).scalar_one()


def write_setting(connection: sa.Connection, name: str, value: str) -> None:
    """Changes a setting.

    Args:
        connection: A connection within a transaction.
        name: Name of the setting.
        value: What it is to be.
    """
    connection.execute(
        sa.update(SETTING).where(SETTING.c.name == name).values(value=value)
    )


def _campaign(campaign_id: str) -> sa.Select:
    return sa.select(CAMPAIGN.c.campaign_id).where(
        CAMPAIGN.c.campaign_id == campaign_id
    )


def _find(
    connection: sa.Connection, campaign_id: str, query: sa.Select
) -> None:
    if connection.execute(query).first() is None:
        raise UnknownCampaignError(
            "`campaign_id` should be that of a campaign in the store; create "
            f"it by `create_campaign`. Received: campaign_id={campaign_id!r}."
        )
