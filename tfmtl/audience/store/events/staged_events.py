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
    sa.Column("label", sa.SmallInteger),
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
    found = pairs.with_only_columns(sa.func.count()).order_by(None)
    if not connection.execute(found).scalar_one():
        return 0, []
    bad = _conflicts(connection, pairs.where(_differ(first, later)), column)
    rows = pairs.with_only_columns(later.c.row_number)
    dropped = connection.execute(
        sa.delete(STAGED).where(STAGED.c.row_number.in_(rows))
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


def move(
    connection: sa.Connection, table: sa.Table, is_conversion: int, batch: int
) -> int:
    """Puts the staged events of one kind into the store.

    Args:
        connection: The connection that has the table.
        table: The table of this kind.
        is_conversion: Whether they are conversions.
        batch: Number of the ingestion.

    Returns:
        How many there are.
    """
    names = [c.name for c in table.columns if c.name != "batch_id"]
    of_kind = STAGED.c.is_conversion == is_conversion
    rows = sa.select(*(STAGED.c[name] for name in names), sa.literal(batch))
    connection.execute(
        sa.insert(table).from_select([*names, "batch_id"], rows.where(of_kind))
    )
    count = sa.select(sa.func.count()).select_from(STAGED).where(of_kind)
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
