"""The queue of jobs, worked off by any number of workers."""

import datetime

import sqlalchemy as sa

from tfmtl.audience.store import job_states
from tfmtl.audience.store.errors.campaign_busy_error import CampaignBusyError
from tfmtl.audience.store.job_states import is_of
from tfmtl.audience.store.records.job import Job
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.tables import JOB


class JobQueue(StorePart):
    """Jobs, of which one of a campaign runs at a time.

    A worker claims a job for some seconds, its lease, and renews it while it
    works. If it dies, the lease lapses, and another worker claims the job.
    """

    def enqueue(
        self, campaign_id: str | None, kind: str, retries: int = 2
    ) -> Job:
        """Puts a job into the queue, unless the same one is waiting there.

        Args:
            campaign_id: The campaign; None for a job for all.
            kind: What is to be done.
            retries: How often it is tried again when it fails, or its worker
                dies.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        values = {
            "campaign_id": campaign_id,
            "kind": kind,
            "status": job_states.QUEUED,
            "attempts": 0,
            "retries": retries,
            "error": "",
            "created_at": self._now(),
        }
        with self._database.writing() as connection:
            locked_setting(connection, "queue")
            if campaign_id is not None:
                lock_campaign(connection, campaign_id)
            waiting = connection.execute(
                sa.select(JOB)
                .where(is_of(campaign_id), JOB.c.kind == kind)
                .where(JOB.c.status == job_states.QUEUED)
            ).first()
            if waiting is not None:
                return Job(**waiting._mapping)
            inserted = connection.execute(
                sa.insert(JOB).values(values).returning(JOB)
            )
            return Job(**inserted.one()._mapping)

    def claim(
        self,
        worker: str,
        lease: float = 60.0,
        *,
        campaign_id: str | None = None,
    ) -> Job | None:
        """Takes the job that has waited longest, of a campaign that is free.

        Args:
            worker: Name of the worker, for others to see.
            lease: Seconds that the job stays the worker's unless renewed.
            campaign_id: Whose job it is to be; None for any.

        Returns:
            The job, None if there is none to be done.

        Raises:
            CampaignBusyError: If a campaign is named and another worker has
                a job of it.
        """
        if not lease > 0:
            raise ValueError(
                f"`lease` should be positive. Received: lease={lease!r}."
            )
        now = self._now()
        with self._database.writing() as connection:
            # Otherwise two workers could take two jobs of one campaign.
            locked_setting(connection, "queue")
            job_states.give_up_lapsed(connection, now)
            job = job_states.next_job(connection, now, campaign_id)
            if job is None:
                _check_free(connection, now, campaign_id)
                return None
            return job_states.change(
                connection,
                job,
                status=job_states.RUNNING,
                attempts=job.attempts + 1,
                worker=worker,
                lease=lease,
                leased_until=now + datetime.timedelta(seconds=lease),
            )

    def renew(self, job: Job) -> Job:
        """Begins the lease of a job anew.

        Args:
            job: The job as it was claimed or renewed.

        Raises:
            CampaignBusyError: If the job is not the worker's any more.
        """
        now = self._now()
        with self._database.writing() as connection:
            held = job_states.held(connection, job)
            seconds = datetime.timedelta(seconds=held.lease or 0)
            return job_states.change(
                connection, held, leased_until=now + seconds
            )

    def finish(self, job: Job) -> Job:
        """Says that a job is done.

        Args:
            job: The job as it was claimed or renewed.

        Raises:
            CampaignBusyError: If the job is not the worker's any more.
        """
        with self._database.writing() as connection:
            return job_states.change(
                connection,
                job_states.held(connection, job),
                status=job_states.DONE,
                error="",
                finished_at=self._now(),
            )

    def fail(self, job: Job, error: str, *, retries: int | None = None) -> Job:
        """Says that a job has failed; it goes into the queue again, or not.

        Args:
            job: The job as it was claimed or renewed.
            error: What went wrong.
            retries: How often to try it again; by default what was said when
                it was put into the queue. 0 if another try is of no use.

        Raises:
            CampaignBusyError: If the job is not the worker's any more.
        """
        with self._database.writing() as connection:
            held = job_states.held(connection, job)
            allowed = held.retries if retries is None else retries
            if held.attempts <= allowed:
                return job_states.change(
                    connection, held, status=job_states.QUEUED, error=error
                )
            return job_states.change(
                connection,
                held,
                status=job_states.FAILED,
                error=error,
                finished_at=self._now(),
            )

    def jobs(self, campaign_id: str | None = None) -> list[Job]:
        """Returns jobs, the oldest first.

        Args:
            campaign_id: Whose they are; None for all jobs there are.
        """
        query = sa.select(JOB).order_by(JOB.c.job_id)
        if campaign_id is not None:
            query = query.where(JOB.c.campaign_id == campaign_id)
        with self._database.reading() as connection:
            return [Job(**row._mapping) for row in connection.execute(query)]


def _check_free(
    connection: sa.Connection,
    now: datetime.datetime,
    campaign_id: str | None,
) -> None:
    if campaign_id is None:
        return
    check_campaign(connection, campaign_id)
    other = job_states.running_job(connection, now, campaign_id)
    if other is not None:
        raise CampaignBusyError(
            "One worker at a time should work on a campaign; wait until "
            "the other is done or its lease lapses. Received: "
            f"campaign_id={campaign_id!r}, job {other.job_id} "
            f"({other.kind}) of {other.worker!r} until "
            f"{other.leased_until}."
        )
