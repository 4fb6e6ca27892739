"""A campaign, as the list of all shows it."""

import dataclasses
import urllib.parse

from tfmtl.audience.console.work_view import WorkView
from tfmtl.audience.console.work_view import work_view
from tfmtl.audience.service import AudienceService
from tfmtl.audience.store import ModelVersion


@dataclasses.dataclass(frozen=True)
class Line:
    """A campaign in the list of all."""

    campaign_id: str
    url: str
    title: str
    owner: str
    num_seeds: int
    version: int | None
    lift: str
    state: str
    tone: str


def campaign_url(campaign_id: str) -> str:
    """Returns the address of a campaign's page.

    Args:
        campaign_id: The campaign.
    """
    # A server undoes the signs of percent before it looks at the slashes.
    name = urllib.parse.quote(campaign_id, safe="")
    for sign, quoted in ((".", "%2E"), ("~", "%7E"), ("%", "~")):
        name = name.replace(sign, quoted)
    return f"/campaigns/{name}"


def id_in_url(name: str) -> str:
    """Returns the id of a campaign from the address of its page.

    Args:
        name: What follows `/campaigns/`.
    """
    return urllib.parse.unquote(name.replace("~", "%"))


def campaign_line(service: AudienceService, campaign_id: str) -> Line:
    """Returns a campaign as the list of all shows it.

    Args:
        service: The service.
        campaign_id: The campaign.
    """
    campaign = service.store.campaign(campaign_id)
    num_seeds = len(service.store.seeds(campaign_id))
    version = service.store.current_model(campaign_id)
    state, tone = _state(work_view(service, campaign_id), num_seeds, version)
    return Line(
        campaign_id=campaign_id,
        url=campaign_url(campaign_id),
        title=campaign.name or campaign_id,
        owner=campaign.owner,
        num_seeds=num_seeds,
        version=None if version is None else version.version,
        lift=number_of(version, "lift", "{:.1f}×"),
        state=state if campaign.is_open else "closed",
        tone=tone if campaign.is_open else "",
    )


def _state(
    work: WorkView, num_seeds: int, version: ModelVersion | None
) -> tuple[str, str]:
    if work.is_running:
        return work.state, "busy"
    if work.state == "failed":
        return "failed", "bad"
    if version is not None:
        return "customised", "good"
    return ("ready to customise" if num_seeds else "needs seeds"), ""


def number_of(version: ModelVersion | None, name: str, form: str) -> str:
    """Returns a metric of a version as text, nothing if there is none.

    Args:
        version: The version, if there is one.
        name: Name of the metric.
        form: How to write it.
    """
    if version is None or name not in version.metrics:
        return ""
    return form.format(version.metrics[name])
