"""A campaign, as its page shows it."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfmtl.audience.console import gain_chart
from tfmtl.audience.console.campaign_line import Line
from tfmtl.audience.console.campaign_line import campaign_line
from tfmtl.audience.console.campaign_line import campaign_url
from tfmtl.audience.console.campaign_line import number_of
from tfmtl.audience.console.work_view import WorkView
from tfmtl.audience.console.work_view import work_view
from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import GainCurve
from tfmtl.audience.service import Trait
from tfmtl.audience.service import VersionReport
from tfmtl.audience.store import Audience

_TIME = "%Y-%m-%d %H:%M UTC"
_SHARE = 0.05


@dataclasses.dataclass(frozen=True)
class AudienceLine:
    """An audience in the list of a campaign's."""

    made: str
    size: int
    version: int
    file: str
    url: str


@dataclasses.dataclass(frozen=True)
class VersionLine:
    """A version in the list of a campaign's."""

    number: int
    made: str
    how: str
    auc: str
    lift: str
    is_current: bool


@dataclasses.dataclass(frozen=True)
class Group:
    """What sets a group of users apart."""

    title: str
    more: list[Trait]
    less: list[Trait]


@dataclasses.dataclass(frozen=True)
class Gain:
    """The gain curve with a size chosen on it."""

    pool: int
    size: int
    found: str
    chart: gain_chart.GainChart
    width: int = gain_chart.WIDTH
    height: int = gain_chart.HEIGHT


@dataclasses.dataclass(frozen=True)
class CampaignView:
    """All that the page of a campaign shows."""

    line: Line
    features: Mapping[str, Any]
    min_seeds: int
    work: WorkView
    report: VersionReport | None = None
    problem: str = ""
    gain: Gain | None = None
    audiences: tuple[AudienceLine, ...] = ()
    groups: tuple[Group, ...] = ()
    versions: tuple[VersionLine, ...] = ()
    shown: int = 0
    converted: int = 0
    not_known: int = 0


def campaign_view(
    service: AudienceService, campaign_id: str, size: int | None
) -> CampaignView:
    """Returns all that the page of a campaign shows.

    Args:
        service: The service.
        campaign_id: The campaign.
        size: The size that is chosen on the gain curve, if one is.

    Raises:
        UnknownCampaignError: If there is no such campaign.
        ValueError: If the size is out of range.
    """
    campaign = service.store.campaign(campaign_id)
    view = CampaignView(
        campaign_line(service, campaign_id),
        campaign.features,
        service.store.min_seeds,
        work_view(service, campaign_id),
        groups=_groups(service, campaign_id, []),
    )
    if view.line.version is None:
        return view
    audiences = service.store.audiences(campaign_id)
    exposed = service.store.exposed(campaign_id)
    view = dataclasses.replace(
        view,
        audiences=tuple(_audiences(campaign_id, audiences)),
        groups=_groups(service, campaign_id, audiences),
        versions=_versions(service, campaign_id),
        shown=len(exposed),
        converted=int(exposed["has_converted"].sum()),
        not_known=int(
            (exposed["label"].isna() & ~exposed["has_converted"]).sum()
        ),
    )
    try:
        report = service.report(campaign_id)
        curve = service.gain_curve(campaign_id)
    except ValueError as error:
        return dataclasses.replace(view, problem=str(error))
    if size is None:
        latest = audiences[-1].size if audiences else campaign.size
        size = min(latest or max(round(_SHARE * curve.pool), 1), curve.pool)
    return dataclasses.replace(view, report=report, gain=_gain(curve, size))


def _gain(curve: GainCurve, size: int) -> Gain:
    found, lift = curve.found(size), curve.lift(size)
    text = (
        f"The best {size:,} of {curve.pool:,} users can be expected to hold "
        f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%}) of all users "
        f"like the seeds, {lift.value:.1f} times as many as at random."
    )
    chart = gain_chart.gain_chart(curve, size)
    return Gain(curve.pool, size, text, chart)


def _audiences(
    campaign_id: str, audiences: list[Audience]
) -> list[AudienceLine]:
    lines = []
    for number, audience in enumerate(audiences, 1):
        path = Path(audience.path)
        url = f"{campaign_url(campaign_id)}/audiences/{number}"
        lines.append(
            AudienceLine(
                f"{audience.created_at:{_TIME}}",
                audience.size,
                audience.model_version,
                path.name,
                url if path.is_file() else "",
            )
        )
    return lines[::-1]


def _groups(
    service: AudienceService, campaign_id: str, audiences: list[Audience]
) -> tuple[Group, ...]:
    seeds = service.store.seeds(campaign_id)
    groups = []
    if len(seeds):
        title = f"The {len(seeds):,} seeds"
        groups.append(Group(title, *service.traits(seeds)))
    files = [a for a in audiences if Path(a.path).is_file()]
    if files:
        groups.insert(0, _latest(service, files[-1]))
    return tuple(groups)


def _latest(service: AudienceService, audience: Audience) -> Group:
    title = f"The latest audience, {audience.size:,} users"
    try:
        ids = service.audience_ids(audience.path)
    except (OSError, ValueError):
        return Group(f"{title}, whose file cannot be read", [], [])
    return Group(title, *service.traits(ids))


def _versions(
    service: AudienceService, campaign_id: str
) -> tuple[VersionLine, ...]:
    current = service.store.current_model(campaign_id)
    return tuple(
        VersionLine(
            number=version.version,
            made=f"{version.created_at:{_TIME}}",
            how="from feedback" if version.parent else "from seeds",
            auc=number_of(version, "auc", "{:.3f}"),
            lift=number_of(version, "lift", "{:.1f}×"),
            is_current=current is not None
            and version.version == current.version,
        )
        for version in reversed(service.store.models(campaign_id))
    )
