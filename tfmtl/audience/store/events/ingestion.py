"""Takes in a log of events, in full or not at all."""

import contextlib
import datetime
import os
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow.compute
import sqlalchemy as sa

from tfmtl.audience.store import batches
from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import keep_aside
from tfmtl.audience.store.bad_rows import refuse
from tfmtl.audience.store.bulk import insert_rows
from tfmtl.audience.store.database import Staging
from tfmtl.audience.store.events import labels
from tfmtl.audience.store.events import staged_events
from tfmtl.audience.store.events.event_rows import Setting
from tfmtl.audience.store.events.event_rows import event_rows
from tfmtl.audience.store.events.staged_events import STAGED
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.store_part import write_setting
from tfmtl.audience.store.user_ids import agree_on_kind
from tfmtl.datasets.checks import TableError

SCOPE = "events"


class EventLog(NamedTuple):
    """A log on its way into the store.

    Args:
        path: The file.
        content: Hash of what stands in it.
        quarantine: Whether to put bad rows aside.
        setting: What its events are checked against.
        now: The time.
    """

    path: str
    content: str
    quarantine: bool
    setting: Setting
    now: datetime.datetime


class Staged(NamedTuple):
    """What is known of a log when its events are staged.

    Args:
        rows: How many rows it has.
        repeated: How many events were there twice, word for word.
        ignored: How many are of no interest.
        latest: Time of the latest good event, None if there is none.
        bad: The bad rows.
    """

    rows: int
    repeated: int
    ignored: int
    latest: int | None
    bad: list[BadRow]


def take_in(staging: Staging, log: EventLog) -> IngestionReport:
    """Takes in a log.

    The events go to a temporary table first, so that other writers wait for
    no more than it takes to move what is new.

    Args:
        staging: A connection.
        log: The log.

    Raises:
        TableError: If a row is bad and not to be put aside.
    """
    with _staged_table(staging):
        with staging.preparing() as connection:
            staged = _stage(connection, log)
        with staging.writing() as connection:
            return _keep(connection, log, staged)


@contextlib.contextmanager
def _staged_table(staging: Staging) -> Iterator[None]:
    with staging.preparing() as connection:
        STAGED.create(connection)
    try:
        yield
    finally:
        # A connection that was lost has taken the table with it.
        with contextlib.suppress(sa.exc.DBAPIError):
            with staging.preparing() as connection:
                STAGED.drop(connection)


def _stage(connection: sa.Connection, log: EventLog) -> Staged:
    rows = ignored = 0
    bad: list[BadRow] = []
    latest: list[int] = []
    for part in log.setting.parser.parts(log.path):
        found = event_rows(part, log.setting)
        rows += len(part.rows) + len(part.bad)
        ignored += found.ignored
        bad += found.bad
        _refuse(bad, log)
        insert_rows(connection, STAGED, found.table)
        if found.table.num_rows:
            times = found.table.column("time")
            latest.append(pyarrow.compute.max(times).as_py())
    if not rows:
        raise TableError.of(
            log.path,
            "A log should have events.",
            "Look at what has written it.",
            rows=0,
        )
    repeated, other = staged_events.drop_repeated(connection, _id_of(log))
    _refuse(other, log)
    return Staged(
        rows,
        repeated - len(other),
        ignored,
        max(latest, default=None),
        bad + other,
    )


def _keep(
    connection: sa.Connection, log: EventLog, staged: Staged
) -> IngestionReport:
    # One log at a time, so that later batches have higher numbers.
    before = locked_setting(connection, "watermark")
    earlier = batches.earlier_report(connection, SCOPE, log.content)
    if earlier is not None:
        return earlier
    agree_on_kind(connection, log.setting.id_kind, log.path)
    known, other = staged_events.drop_known(connection, _id_of(log))
    _refuse(other, log)
    bad = staged.bad + other
    batch = batches.begin_batch(connection, SCOPE, log.content, log.now)
    late = _count_before(connection, before)
    added = staged_events.move(connection, batch)
    changed = labels.label_converted(connection, batch)
    if staged.latest is not None:
        lateness = log.setting.parser.lateness // datetime.timedelta(
            microseconds=1
        )
        changed += raise_watermark(
            connection, before, staged.latest - lateness, batch
        )
    keep_aside(connection, bad, batch)
    report = IngestionReport(
        source=log.path,
        batch=batch,
        rows=staged.rows,
        added=added,
        duplicates=staged.repeated + known - len(other),
        quarantined=len(bad),
        ignored=staged.ignored,
        late=late,
        labels=changed,
    )
    batches.end_batch(connection, report)
    return report


def raise_watermark(
    connection: sa.Connection, before: str | None, to: int, batch: int
) -> int:
    """Raises the watermark, if it is lower, and labels what it passes.

    Args:
        connection: A connection within a transaction that writes.
        before: The watermark as it is kept.
        to: What it is to be at least.
        batch: Number of the ingestion.

    Returns:
        How many labels are new.
    """
    watermark = to if before is None else max(to, int(before))
    write_setting(connection, "watermark", str(watermark))
    return labels.label_others(connection, batch, watermark)


def _refuse(bad: list[BadRow], log: EventLog) -> None:
    if not log.quarantine:
        refuse(bad, os.fspath(log.path))


def _id_of(log: EventLog) -> str:
    return str(log.setting.parser.columns.event_id)


def _count_before(connection: sa.Connection, watermark: str | None) -> int:
    if watermark is None:
        return 0
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(STAGED)
        .where(STAGED.c.time < int(watermark))
    ).scalar_one()
