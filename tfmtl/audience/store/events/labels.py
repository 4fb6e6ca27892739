"""Gives exposures their labels."""

import sqlalchemy as sa

from tfmtl.audience.store.events.staged_events import STAGED
from tfmtl.audience.store.tables import CONVERSION
from tfmtl.audience.store.tables import EXPOSURE


def label_staged(connection: sa.Connection, watermark: int | None) -> int:
    """Labels the staged exposures, with all conversions in the store.

    Args:
        connection: The connection that has the staged events.
        watermark: Microseconds since 1970; None if there is none yet.

    Returns:
        How many got a label.
    """
    is_exposure = STAGED.c.is_conversion == 0
    has_led = sa.exists().where(_leads_to(STAGED))
    labelled = connection.execute(
        sa.update(STAGED).where(is_exposure, has_led).values(label=1)
    ).rowcount
    return labelled + _close(connection, STAGED, watermark, {}, is_exposure)


def label_converted(connection: sa.Connection, batch: int) -> int:
    """Labels 1 what has led to staged conversions.

    Args:
        connection: The connection that has the staged events.
        batch: Number of the ingestion.

    Returns:
        How many labels are new or changed.
    """
    found = (
        sa.select(EXPOSURE.c.event_id)
        .join(CONVERSION, _leads_to(EXPOSURE))
        .join(STAGED, STAGED.c.event_id == CONVERSION.c.event_id)
        .where(STAGED.c.is_conversion == 1)
    )
    return connection.execute(
        sa.update(EXPOSURE)
        .where(EXPOSURE.c.event_id.in_(found))
        .where(EXPOSURE.c.label.is_distinct_from(1))
        .values(label=1, batch_id=batch)
    ).rowcount


def label_others(
    connection: sa.Connection, batch: int, watermark: int | None
) -> int:
    """Labels 0 the exposures whose window is over without a conversion.

    Args:
        connection: A connection within a transaction that writes.
        batch: Number of the ingestion.
        watermark: Microseconds since 1970. No earlier event is expected.

    Returns:
        How many labels are new.
    """
    return _close(connection, EXPOSURE, watermark, {"batch_id": batch})


def _leads_to(exposure: sa.Table) -> sa.ColumnElement[bool]:
    return (
        (CONVERSION.c.campaign_id == exposure.c.campaign_id)
        & (CONVERSION.c.user_id == exposure.c.user_id)
        & (CONVERSION.c.time >= exposure.c.time)
        & (CONVERSION.c.time <= exposure.c.closes_at)
    )


def _close(
    connection: sa.Connection,
    table: sa.Table,
    watermark: int | None,
    values: dict[str, int],
    *conditions: sa.ColumnElement[bool],
) -> int:
    if watermark is None:
        return 0
    return connection.execute(
        sa.update(table)
        .where(table.c.label.is_(None), table.c.closes_at < watermark)
        .where(*conditions)
        .values(label=0, **values)
    ).rowcount
