"""What state a job is in, and how it gets from one to another."""

import datetime
from typing import Any

import sqlalchemy as sa

from tfmtl.audience.store.errors.campaign_busy_error import CampaignBusyError
from tfmtl.audience.store.records.job import Job
from tfmtl.audience.store.tables import JOB

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
FAILED = "failed"


def is_of(campaign_id: str | None) -> sa.ColumnElement[bool]:
    """Returns the condition that a job is of a campaign, or for all.

    Args:
        campaign_id: The campaign; None for jobs for all.
    """
    return JOB.c.campaign_id.is_not_distinct_from(campaign_id)


def next_job(
    connection: sa.Connection,
    now: datetime.datetime,
    campaign_id: str | None,
) -> Job | None:
    """Returns the job to be done next, and keeps it from other workers.

    Args:
        connection: A connection within a transaction that writes.
        now: The time.
        campaign_id: Whose job it is to be; None for any.
    """
    other = JOB.alias()
    is_busy = sa.exists().where(
        other.c.campaign_id.is_not_distinct_from(JOB.c.campaign_id),
        other.c.status == RUNNING,
    )
    query = (
        sa.select(JOB)
        .where(
            sa.or_(
                sa.and_(JOB.c.status == QUEUED, ~is_busy),
                sa.and_(JOB.c.status == RUNNING, JOB.c.leased_until <= now),
            )
        )
        .order_by(JOB.c.job_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if campaign_id is not None:
        query = query.where(JOB.c.campaign_id == campaign_id)
    return _job(connection.execute(query).first())


def running_job(
    connection: sa.Connection, now: datetime.datetime, campaign_id: str
) -> Job | None:
    """Returns the job of a campaign that a worker has, if any.

    Args:
        connection: A connection.
        now: The time.
        campaign_id: The campaign.
    """
    query = sa.select(JOB).where(
        is_of(campaign_id),
        JOB.c.status == RUNNING,
        JOB.c.leased_until > now,
    )
    return _job(connection.execute(query).first())


def held(connection: sa.Connection, job: Job) -> Job:
    """Returns a job as it is now, if it is still the worker's.

    Args:
        connection: A connection within a transaction that writes.
        job: The job as the worker knows it.

    Raises:
        CampaignBusyError: If it is not.
    """
    query = sa.select(JOB).where(JOB.c.job_id == job.job_id).with_for_update()
    now = _job(connection.execute(query).first())
    is_held = now is not None and (
        (now.status, now.worker, now.attempts)
        == (RUNNING, job.worker, job.attempts)
    )
    if now is None or not is_held:
        raise CampaignBusyError(
            "A job should be renewed and ended by the worker that has it; "
            "leave what was done to the one that has it now. Received: job "
            f"{job.job_id} claimed by {job.worker!r}, which is now "
            f"{now and now.status!r}, of {now and now.worker!r}, attempt "
            f"{now and now.attempts}."
        )
    return now


def give_up_lapsed(connection: sa.Connection, now: datetime.datetime) -> None:
    """Fails jobs whose worker has died more often than they are retried.

    Args:
        connection: A connection within a transaction that writes.
        now: The time.
    """
    connection.execute(
        sa.update(JOB)
        .where(JOB.c.status == RUNNING, JOB.c.leased_until <= now)
        .where(JOB.c.attempts > JOB.c.retries)
        .values(
            status=FAILED,
            finished_at=now,
            error="Its worker stopped without a word, each time it was tried.",
        )
    )


def change(connection: sa.Connection, job: Job, **values: Any) -> Job:
    """Changes a job and returns it.

    Args:
        connection: A connection within a transaction that writes.
        job: The job.
        **values: What is to be another.
    """
    changed = connection.execute(
        sa.update(JOB)
        .where(JOB.c.job_id == job.job_id)
        .values(values)
        .returning(JOB)
    )
    return Job(**changed.one()._mapping)


def _job(row: sa.Row | None) -> Job | None:
    return None if row is None else Job(**row._mapping)
