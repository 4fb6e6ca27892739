"""A job of the queue."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True)
class Job:
    """Something to be done for a campaign.

    Args:
        job_id: Its number.
        campaign_id: The campaign; None if it is for all.
        kind: What is to be done.
        status: "queued", "running", "done" or "failed".
        attempts: How often a worker has begun it.
        retries: How often it is tried again.
        worker: Who works on it, or did last.
        lease: Seconds that it stays the worker's unless renewed.
        leased_until: When the lease lapses, UTC.
        error: What went wrong last; empty if nothing did.
        created_at: When it was put into the queue, UTC.
        finished_at: When it was done or failed for good, UTC.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://")
    >>> spring = store.create_campaign("spring")
    >>> store.enqueue("spring", "customise").status
    'queued'
    >>> store.claim("worker 1", lease=60).status
    'running'
    """

    job_id: int
    campaign_id: str | None
    kind: str
    status: str
    attempts: int
    retries: int
    worker: str | None
    lease: float | None
    leased_until: datetime.datetime | None
    error: str
    created_at: datetime.datetime
    finished_at: datetime.datetime | None
