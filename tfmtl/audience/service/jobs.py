"""What can be put into the queue."""

import re
from typing import Any

from tfmtl.audience.service.audiences import choose_audience
from tfmtl.audience.service.customising import customise
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.incrementing import increment
from tfmtl.audience.service.step import Watch
from tfmtl.audience.store import Job
from tfmtl.layers.sizes import check_sizes

CUSTOMISE = "customise"
INCREMENT = "increment"
_AUDIENCE = re.compile(r"audience of (\d+)(?: among (\d+))?")


def audience_of(size: int, nearest: int | None = None) -> str:
    """Returns the kind of a job that chooses an audience.

    Args:
        size: How many users.
        nearest: How many, the most like the seeds, to choose from; by default
            all.

    Raises:
        ValueError: If one is no positive number.

    Example:

    >>> audience_of(500, nearest=10_000)
    'audience of 500 among 10000'
    """
    check_sizes(size=size)
    if nearest is None:
        return f"audience of {size}"
    check_sizes(nearest=nearest)
    return f"audience of {size} among {nearest}"


def title_of(job: Job) -> str:
    """Returns what a job does, in words for its owner.

    Args:
        job: The job.
    """
    titles = {CUSTOMISE: "Customising", INCREMENT: "Learning from feedback"}
    return titles.get(job.kind, f"Choosing an {job.kind}")


def work(desk: Desk, job: Job, watch: Watch) -> tuple[Any, str]:
    """Does a job.

    Args:
        desk: What is worked with.
        job: The job.
        watch: Told of what is being done.

    Returns:
        What came of it, and the same in words.

    Raises:
        ValueError: If nobody knows how to do such a job.
    """
    campaign_id, kind = str(job.campaign_id), job.kind
    if kind == CUSTOMISE:
        report = customise(desk, campaign_id, watch)
        return report, f"expected lift {report.fit.lift}"
    if kind == INCREMENT:
        update = increment(desk, campaign_id, watch)
        return update, str(update)
    if found := _AUDIENCE.fullmatch(kind):
        size, nearest = found.groups()
        audience = choose_audience(
            desk,
            campaign_id,
            int(size),
            watch,
            None if nearest is None else int(nearest),
        )
        return audience, f"{audience.size:,} users in {audience.path}"
    raise ValueError(
        f"A job should be to {CUSTOMISE}, to {INCREMENT} or to choose an "
        f"audience; a later version of tfmtl may know more. Received: {kind!r}."
    )
