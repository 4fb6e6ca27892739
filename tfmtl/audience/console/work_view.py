"""What is being done for a campaign, as its page shows it."""

import dataclasses
import datetime

from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import title_of
from tfmtl.audience.service.version_report import TARGET_SECONDS

_WAITING = ("queued", "running")


@dataclasses.dataclass(frozen=True)
class WorkView:
    """The latest job of a campaign.

    Args:
        what: What is to be done; empty if nothing ever was.
        state: "queued", "running", "done", "failed".
        step: What is being done at the moment.
        epoch: Epochs that are over.
        loss: Loss of the last one.
        done: How much of what is counted is done.
        total: How much there is.
        seconds: Since it began, or since it waits.
        error: What went wrong last.
        note: What there was to say when it was over.
    """

    what: str = ""
    state: str = ""
    step: str = ""
    epoch: int = 0
    loss: float = 0.0
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    error: str = ""
    note: str = ""

    @property
    def is_running(self) -> bool:
        """Whether the page should be looked at again soon."""
        return self.state in _WAITING

    @property
    def share(self) -> float:
        """The seconds over those that the published system takes."""
        return self.seconds / TARGET_SECONDS


def work_view(service: AudienceService, campaign_id: str) -> WorkView:
    """Returns what is being done for a campaign, or was last.

    Args:
        service: The service.
        campaign_id: The campaign.
    """
    jobs = service.store.jobs(campaign_id)
    if not jobs:
        return WorkView()
    waiting = [job for job in jobs if job.status in _WAITING]
    job = (waiting or jobs[-1:])[0]
    now = datetime.datetime.now(datetime.timezone.utc)
    since = (now - job.created_at).total_seconds()
    view = WorkView(
        what=title_of(job),
        state=job.status,
        seconds=since,
        error=job.error,
    )
    progress = service.progress(job)
    if progress is None or job.status == "queued":
        return view
    step = progress.step
    return dataclasses.replace(
        view,
        step=step.name,
        epoch=step.epoch,
        loss=step.loss or 0.0,
        done=step.done,
        total=step.total,
        seconds=now.timestamp() - progress.started,
        note=progress.note,
    )
