"""Gives exposures their labels."""

import sqlalchemy as sa

from tfmtl.audience.store.events.staged_events import STAGED
from tfmtl.audience.store.tables import CONVERSION
from tfmtl.audience.store.tables import EXPOSURE


def label_converted(connection: sa.Connection, batch: int) -> int:
    """Labels 1 whatever has led to a conversion, as far as events are new.

    Args:
        connection: The connection that has the staged events.
        batch: Number of the ingestion.

    Returns:
        How many labels are new or changed.
    """
    is_led_to = (
        (CONVERSION.c.campaign_id == EXPOSURE.c.campaign_id)
        & (CONVERSION.c.user_id == EXPOSURE.c.user_id)
        & (CONVERSION.c.time >= EXPOSURE.c.time)
        & (CONVERSION.c.time <= EXPOSURE.c.closes_at)
    )
    pairs = sa.select(EXPOSURE.c.event_id).join(CONVERSION, is_led_to)
    changed = 0
    for table, is_conversion in ((EXPOSURE, 0), (CONVERSION, 1)):
        is_new = (STAGED.c.event_id == table.c.event_id) & (
            STAGED.c.is_conversion == is_conversion
        )
        found = pairs.join(STAGED, is_new)
        changed += connection.execute(
            sa.update(EXPOSURE)
            .where(EXPOSURE.c.event_id.in_(found))
            .where(EXPOSURE.c.label.is_distinct_from(1))
            .values(label=1, batch_id=batch)
        ).rowcount
    return changed


def label_others(connection: sa.Connection, batch: int, watermark: int) -> int:
    """Labels 0 the exposures whose window is over without a conversion.

    Args:
        connection: A connection within a transaction that writes.
        batch: Number of the ingestion.
        watermark: Microseconds since 1970. No earlier event is expected.

    Returns:
        How many labels are new.
    """
    return connection.execute(
        sa.update(EXPOSURE)
        .where(EXPOSURE.c.label.is_(None), EXPOSURE.c.closes_at < watermark)
        .values(label=0, batch_id=batch)
    ).rowcount
