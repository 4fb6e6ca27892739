"""Works off the jobs of many campaigns."""

import contextlib
import datetime
import logging
import os
import socket
import time
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

from tfmtl.audience.service import jobs
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.job_progress import ProgressFile
from tfmtl.audience.service.kept_lease import KeptLease
from tfmtl.audience.service.outcome import Outcome
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.audience.store import CampaignBusyError
from tfmtl.audience.store import Job

LEASE_SECONDS = 30.0
_LOGGER = logging.getLogger(__name__)


def outcomes(
    desk: Desk, worker: str, lease: float, watch: Watch
) -> Iterator[Outcome]:
    """Works off the queue until it is empty, and yields what came of it.

    A job whose worker was killed is taken up when its lease has lapsed. What
    goes wrong with one campaign is kept in the store, and the next one's turn
    comes.

    Args:
        desk: What is worked with.
        worker: Name of this worker.
        lease: Seconds after which a job that gives no sign of life is another
            worker's.
        watch: Told of what is being done, beside the job's own file.
    """
    while (job := desk.store.claim(worker, lease)) is not None:
        yield _attempt(desk, job, lease, watch).outcome


def at_once(desk: Desk, campaign_id: str, kind: str, watch: Watch) -> Any:
    """Does a job now, after those of the campaign that wait already.

    Args:
        desk: What is worked with.
        campaign_id: The campaign.
        kind: What is to be done.
        watch: Told of what is being done.

    Returns:
        What came of it.

    Raises:
        CampaignBusyError: If another worker is at the campaign.
    """
    _check_free(desk, campaign_id)
    wanted = desk.store.enqueue(campaign_id, kind, retries=0)
    worker = f"{socket.gethostname()} {os.getpid()}"
    while True:
        job = desk.store.claim(worker, LEASE_SECONDS, campaign_id=campaign_id)
        if job is None:
            raise CampaignBusyError(
                "A job should be done by the worker that it is for; see what "
                f"came of it in the queue. Received: job {wanted.job_id} of "
                f"{campaign_id!r}, which another worker has done."
            )
        attempt = _attempt(desk, job, LEASE_SECONDS, watch)
        if job.job_id == wanted.job_id:
            if attempt.failure is not None:
                raise attempt.failure
            return attempt.result


def progress_file(desk: Desk, job: Job) -> ProgressFile:
    """Returns the file that tells how far a job has come.

    Args:
        desk: What is worked with.
        job: The job.
    """
    return ProgressFile(desk.folder / "jobs" / f"{job.job_id}.json")


class _Attempt(NamedTuple):
    """How working on a job ended."""

    outcome: Outcome
    result: Any = None
    failure: Exception | None = None


def _attempt(desk: Desk, job: Job, lease: float, watch: Watch) -> _Attempt:
    start = time.monotonic()
    progress = progress_file(desk, job)
    try:
        with KeptLease(desk.store, job, lease) as kept:

            def tell(step: Step) -> None:
                # Whoever has lost the job must not write what is another's.
                kept.check()
                progress.write(step)
                watch(step)

            tell(Step("beginning"))
            result, note = jobs.work(desk, job, tell)
            kept.check()
        desk.store.finish(job)
    except Exception as failure:  # one campaign's, not the queue's
        _LOGGER.debug("job %s failed", job.job_id, exc_info=True)
        seconds = time.monotonic() - start
        return _Attempt(_failed(desk, job, failure, seconds), None, failure)
    except BaseException:
        # Whoever has stopped it may run it again without waiting.
        with contextlib.suppress(CampaignBusyError):
            desk.store.fail(job, "It was interrupted.")
        raise
    seconds = time.monotonic() - start
    progress.write(Step("done"), note)
    return _Attempt(
        Outcome(job.campaign_id, job.kind, seconds, "", note), result
    )


def _failed(
    desk: Desk, job: Job, failure: Exception, seconds: float
) -> Outcome:
    """Keeps an error in the store, unless the job is another's by now."""
    error = _described(failure)
    # What is wrong with the input is wrong the next time, too.
    retries = 0 if isinstance(failure, ValueError) else None
    try:
        after = desk.store.fail(job, error, retries=retries)
    except CampaignBusyError:
        return Outcome(job.campaign_id, job.kind, seconds, error)
    again = after.status == "queued"
    return Outcome(job.campaign_id, job.kind, seconds, error, "", again)


def _check_free(desk: Desk, campaign_id: str) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    for job in desk.store.jobs(campaign_id):
        until = job.leased_until
        if job.status == "running" and until is not None and until > now:
            raise CampaignBusyError(
                "One worker at a time should work on a campaign; wait until "
                "the other is done or its lease lapses. Received: "
                f"campaign_id={campaign_id!r}, job {job.job_id} ({job.kind}) "
                f"of {job.worker!r} until {until:%H:%M:%S} UTC."
            )


def _described(error: Exception) -> str:
    """Returns an error in a few words."""
    if isinstance(error, ValueError) and str(error):
        return str(error)
    lines = str(error).strip().splitlines() or ["no message"]
    return f"{type(error).__name__}: {lines[-1]}"
