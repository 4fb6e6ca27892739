"""Events in a temporary table, on their way into the store."""

import sqlalchemy as sa

from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import Rule
from tfmtl.audience.store.tables import CONVERSION
from tfmtl.audience.store.tables import EXPOSURE

_SAME = Rule(
    "An event that is logged twice should be the same both times.",
    "Give every event an id of its own, or say in `EventColumns` that there "
    "is none.",
)

STAGED = sa.Table(
    "staged_event",
    sa.MetaData(),
    sa.Column("row_number", sa.BigInteger, primary_key=True),
    sa.Column("is_conversion", sa.SmallInteger, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("campaign_id", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("closes_at", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


def drop_repeated(
    connection: sa.Connection, column: str
) -> tuple[int, list[BadRow]]:
    """Keeps the first of the staged events of one id.

    Args:
        connection: The connection that has the table.
        column: Name of the column of ids, for the message.

    Returns:
        How many were dropped, and those of them that were not the same.
    """
    # The planner of PostgreSQL knows nothing of a temporary table otherwise.
    connection.exec_driver_sql(f"ANALYZE {STAGED.name}")
    repeated = (
        sa.select(
            STAGED.c.is_conversion,
            STAGED.c.event_id,
            sa.func.min(STAGED.c.row_number).label("first_row"),
        )
        .group_by(STAGED.c.is_conversion, STAGED.c.event_id)
        .having(sa.func.count() > 1)
        .subquery()
    )
    first, later = STAGED.alias("first"), STAGED.alias("later")
    pairs = (
        sa.select(later.c.row_number, later.c.event_id)
        .join(
            repeated,
            (later.c.event_id == repeated.c.event_id)
            & (later.c.is_conversion == repeated.c.is_conversion)
            & (later.c.row_number != repeated.c.first_row),
        )
        .join(first, first.c.row_number == repeated.c.first_row)
    )
    bad = _conflicts(connection, pairs.where(_differ(first, later)), column)
    dropped = connection.execute(
        sa.delete(STAGED).where(
            STAGED.c.row_number.in_(pairs.with_only_columns(later.c.row_number))
        )
    ).rowcount
    return dropped, bad


def drop_known(
    connection: sa.Connection, column: str
) -> tuple[int, list[BadRow]]:
    """Drops the staged events that the store has already.

    Args:
        connection: The connection that has the table.
        column: Name of the column of ids, for the message.

    Returns:
        How many were dropped, and those of them that are not the same there.
    """
    dropped, bad = 0, []
    for table, is_conversion in ((EXPOSURE, 0), (CONVERSION, 1)):
        is_known = (STAGED.c.event_id == table.c.event_id) & (
            STAGED.c.is_conversion == is_conversion
        )
        pairs = sa.select(STAGED.c.row_number, STAGED.c.event_id).join(
            table, is_known
        )
        bad += _conflicts(
            connection, pairs.where(_differ(STAGED, table)), column
        )
        dropped += connection.execute(
            sa.delete(STAGED).where(sa.exists().where(is_known))
        ).rowcount
    return dropped, bad


def move(connection: sa.Connection, batch: int) -> int:
    """Puts the staged events into the store, and returns how many.

    Args:
        connection: The connection that has the table.
        batch: Number of the ingestion.
    """
    names = ["event_id", "campaign_id", "user_id", "time"]
    for table, is_conversion, more in (
        (EXPOSURE, 0, ["closes_at"]),
        (CONVERSION, 1, []),
    ):
        columns = [*names, *more]
        rows = sa.select(
            *(STAGED.c[name] for name in columns), sa.literal(batch)
        ).where(STAGED.c.is_conversion == is_conversion)
        connection.execute(
            sa.insert(table).from_select([*columns, "batch_id"], rows)
        )
    count = sa.select(sa.func.count()).select_from(STAGED)
    return connection.execute(count).scalar_one()


def _differ(one: sa.FromClause, other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(one.c[n] != other.c[n] for n in ("campaign_id", "user_id", "time"))
    )


def _conflicts(
    connection: sa.Connection, query: sa.Select, column: str
) -> list[BadRow]:
    return [
        BadRow(row, column, event_id, _SAME)
        for row, event_id in connection.execute(query)
    ]
