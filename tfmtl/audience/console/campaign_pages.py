"""The page of a campaign, and what can be done there."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi import Depends
from fastapi import Form
from fastapi import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.responses import Response

from tfmtl.audience.console.campaign_line import campaign_url
from tfmtl.audience.console.campaign_line import id_in_url
from tfmtl.audience.console.campaign_view import campaign_view
from tfmtl.audience.console.rendering import Rendering
from tfmtl.audience.console.uploads import ID_FILES
from tfmtl.audience.console.uploads import LOG_FILES
from tfmtl.audience.console.uploads import uploaded
from tfmtl.audience.console.work_view import work_view
from tfmtl.audience.service import CUSTOMISE
from tfmtl.audience.service import INCREMENT
from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import audience_of
from tfmtl.audience.store import IngestionReport
from tfmtl.audience.store import UnknownCampaignError

_Text = Annotated[str, Form()]
_CampaignId = Annotated[str, Depends(id_in_url)]


class CampaignPages:
    """What is shown of a campaign, and what its forms do.

    Args:
        service: The service.
        rendering: Makes the pages.
        wake: Called when there is something in the queue.
    """

    def __init__(
        self,
        service: AudienceService,
        rendering: Rendering,
        wake: Callable[[], None],
    ) -> None:
        self._service = service
        self._rendering = rendering
        self._wake = wake

    def routes(self) -> APIRouter:
        """Returns what the page and its forms are asked for by."""
        routes = APIRouter(prefix="/campaigns/{name}")
        for path, show in (
            ("", self.show),
            ("/work", self.work),
            ("/audiences/{number}", self.download),
        ):
            routes.add_api_route(path, show, response_model=None)
        for path, change in (
            ("/seeds", self.add_seeds),
            ("/customise", self.customise),
            ("/audience", self.choose_audience),
            ("/feedback", self.add_feedback),
            ("/increment", self.increment),
            ("/roll-back", self.roll_back),
        ):
            routes.add_api_route(
                path, change, methods=["POST"], response_model=None
            )
        return routes

    def show(
        self, request: Request, campaign_id: _CampaignId, size: str = ""
    ) -> Response:
        """Shows the campaign, and a size on its gain curve."""
        try:
            chosen = _whole(size, "Size") if size else None
            view = campaign_view(self._service, campaign_id, chosen)
        except ValueError as error:
            return self._refused(request, campaign_id, error)
        return self._rendering.page(request, "campaign.html", view=view)

    def work(self, request: Request, campaign_id: _CampaignId) -> Response:
        """Shows how far the campaign's job has come."""
        self._service.store.campaign(campaign_id)
        work = work_view(self._service, campaign_id)
        page = self._rendering.page(request, "_work.html", work=work)
        page.headers["X-State"] = "running" if work.is_running else "over"
        return page

    def download(self, campaign_id: _CampaignId, number: int) -> Response:
        """Gives the file of an audience."""
        audiences = self._service.store.audiences(campaign_id)
        files = [Path(audience.path) for audience in audiences]
        if not 1 <= number <= len(files) or not files[number - 1].is_file():
            raise UnknownCampaignError(
                "An audience should be one that the campaign's page lists. "
                f"Received: number {number} of {campaign_id!r}."
            )
        path = files[number - 1]
        return FileResponse(path, filename=path.name)

    def add_seeds(
        self,
        request: Request,
        campaign_id: _CampaignId,
        file: UploadFile,
        min_known: _Text = "100",
        quarantine: _Text = "",
    ) -> Response:
        """Takes in a file of seeds."""
        try:
            least = _whole(min_known, "Known at least") / 100
            with uploaded(file, ID_FILES) as path:
                report = self._service.ingest_seeds(
                    campaign_id,
                    path,
                    min_known=least,
                    quarantine=bool(quarantine),
                )
        except ValueError as error:
            return self._refused(request, campaign_id, error)
        return self._done(campaign_id, _told(report, "seeds"), "seeds")

    def add_feedback(
        self,
        request: Request,
        campaign_id: _CampaignId,
        file: UploadFile,
        quarantine: _Text = "",
    ) -> Response:
        """Takes in a log of exposures and conversions."""
        try:
            with uploaded(file, LOG_FILES) as path:
                report = self._service.ingest_events(
                    path, quarantine=bool(quarantine)
                )
        except ValueError as error:
            return self._refused(request, campaign_id, error)
        return self._done(campaign_id, _told(report, "events"), "feedback")

    def customise(self, campaign_id: _CampaignId) -> Response:
        """Puts the campaign's customisation into the queue."""
        return self._queued(campaign_id, CUSTOMISE, "model")

    def increment(self, campaign_id: _CampaignId) -> Response:
        """Puts an update by feedback into the queue."""
        return self._queued(campaign_id, INCREMENT, "model")

    def choose_audience(
        self, request: Request, campaign_id: _CampaignId, size: _Text = ""
    ) -> Response:
        """Puts the choice of an audience into the queue."""
        try:
            chosen = _whole(size, "Size")
            self._service.gain_curve(campaign_id).found(chosen)
        except ValueError as error:
            return self._refused(request, campaign_id, error)
        return self._queued(campaign_id, audience_of(chosen), "model")

    def roll_back(
        self, request: Request, campaign_id: _CampaignId, version: _Text = ""
    ) -> Response:
        """Makes another version the one in use."""
        try:
            now = self._service.roll_back(
                campaign_id, _whole(version, "Version")
            )
        except ValueError as error:
            return self._refused(request, campaign_id, error)
        notice = f"Version {now.version} is in use."
        return self._done(campaign_id, notice, "history")

    def _refused(
        self, request: Request, campaign_id: str, error: ValueError
    ) -> Response:
        if isinstance(error, UnknownCampaignError):
            raise error
        return self._rendering.page(
            request,
            "campaign.html",
            status=422,
            error=str(error),
            view=campaign_view(self._service, campaign_id, None),
        )

    def _queued(self, campaign_id: str, kind: str, place: str) -> Response:
        job = self._service.enqueue(campaign_id, kind)
        self._wake()
        return self._done(campaign_id, f"In the queue: {job.kind}.", place)

    def _done(self, campaign_id: str, notice: str, place: str) -> Response:
        return self._rendering.go_to(campaign_url(campaign_id), notice, place)


def _whole(text: str, name: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(
            f"{name} should be a whole number, 1 or more. Received: {text!r}."
        )
    return int(text)


def _told(report: IngestionReport, what: str) -> str:
    if report.is_repeated:
        return "This file was taken in before; nothing has changed."
    parts = [f"{report.added:,} of {report.rows:,} {what} are new"]
    for count, text in (
        (report.duplicates, "were known already"),
        (report.unknown, "left out, as the user base does not know them"),
        (report.quarantined, "bad rows were put aside"),
        (report.late, "came late"),
    ):
        if count:
            parts.append(f"{count:,} {text}")
    return "; ".join(parts) + "."
