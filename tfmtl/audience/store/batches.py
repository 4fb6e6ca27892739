"""The ingestions there were, so that none is done twice."""

import dataclasses
import datetime
import hashlib
import os
from pathlib import Path

import sqlalchemy as sa

from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.tables import BATCH

_BLOCK = 1 << 20


def content_hash(path: str | os.PathLike[str]) -> str:
    """Returns the SHA-256 of a file, or says that there is none.

    Args:
        path: The file.

    Raises:
        ValueError: If there is no such file.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(
            f"There should be a file to take in. Received: path={str(path)!r}."
        )
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def earlier_report(
    connection: sa.Connection, scope: str, content: str
) -> IngestionReport | None:
    """Returns the report of a file that was taken in before.

    Args:
        connection: A connection.
        scope: What it was taken in for.
        content: Hash of what stands in it.
    """
    report = connection.execute(
        sa.select(BATCH.c.report).where(
            BATCH.c.scope == scope, BATCH.c.content_hash == content
        )
    ).scalar()
    if report is None:
        return None
    return IngestionReport(**{**report, "is_repeated": True})


def begin_batch(
    connection: sa.Connection,
    scope: str,
    content: str | None,
    now: datetime.datetime,
) -> int:
    """Returns the number of a new ingestion.

    Args:
        connection: A connection within a transaction that writes.
        scope: What it is for.
        content: Hash of the file, if it is one.
        now: The time.
    """
    number: int = connection.execute(
        sa.insert(BATCH)
        .values(scope=scope, content_hash=content, report={}, created_at=now)
        .returning(BATCH.c.batch_id)
    ).scalar_one()
    return number


def end_batch(connection: sa.Connection, report: IngestionReport) -> None:
    """Keeps what came of an ingestion.

    Args:
        connection: A connection within a transaction that writes.
        report: What came of it.
    """
    connection.execute(
        sa.update(BATCH)
        .where(BATCH.c.batch_id == report.batch)
        .values(report=dataclasses.asdict(report))
    )
