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
from tfmtl.audience.store.events import labels
from tfmtl.audience.store.events import staged_events
from tfmtl.audience.store.events.event_rows import Setting
from tfmtl.audience.store.events.event_rows import event_rows
from tfmtl.audience.store.events.staged_events import STAGED
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.store_part import write_setting
from tfmtl.audience.store.tables import CONVERSION
from tfmtl.audience.store.tables import EXPOSURE
from tfmtl.audience.store.user_ids import agree_on_kind
from tfmtl.database import Staging
from tfmtl.database import insert_rows
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
    before = locked_watermark(connection)
    earlier = batches.earlier_report(connection, SCOPE, log.content)
    if earlier is not None:
        return earlier
    agree_on_kind(connection, log.setting.id_kind, log.path)
    known, other = staged_events.drop_known(connection, _id_of(log))
    _refuse(other, log)
    bad = staged.bad + other
    batch = batches.begin_batch(connection, SCOPE, log.content, log.now)
    late = _count_before(connection, before)
    watermark = _raised(before, staged.latest, log.setting.parser.lateness)
    added = staged_events.move(connection, CONVERSION, 1, batch)
    changed = labels.label_staged(connection, watermark)
    added += staged_events.move(connection, EXPOSURE, 0, batch)
    changed += labels.label_converted(connection, batch)
    changed += labels.label_others(connection, batch, watermark)
    if watermark is not None:
        write_setting(connection, "watermark", str(watermark))
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


def _raised(
    before: int | None, latest: int | None, lateness: datetime.timedelta
) -> int | None:
    if latest is None:
        return before
    reached = latest - lateness // datetime.timedelta(microseconds=1)
    return reached if before is None else max(before, reached)


def locked_watermark(connection: sa.Connection) -> int | None:
    """Returns the watermark, which nobody else changes until this is over.

    Args:
        connection: A connection within a transaction that writes.
    """
    value = locked_setting(connection, "watermark")
    return None if value is None else int(value)


def _refuse(bad: list[BadRow], log: EventLog) -> None:
    if not log.quarantine:
        refuse(bad, os.fspath(log.path), has_quarantine=True)


def _id_of(log: EventLog) -> str:
    return str(log.setting.parser.columns.event_id)


def _count_before(connection: sa.Connection, watermark: int | None) -> int:
    if watermark is None:
        return 0
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(STAGED)
        .where(STAGED.c.time < watermark)
    ).scalar_one()
