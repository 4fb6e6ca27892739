"""Pages that are of no single campaign."""

from typing import Annotated
from typing import Any

from fastapi import APIRouter
from fastapi import Depends
from fastapi import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from tfmtl.audience.console.campaign_line import campaign_line
from tfmtl.audience.console.campaign_line import campaign_url
from tfmtl.audience.console.rendering import Rendering
from tfmtl.audience.console.uploads import ID_FILES
from tfmtl.audience.console.uploads import uploaded
from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import parsed_value

_FEATURE = "feature:"


async def _texts(request: Request) -> dict[str, str]:
    form = await request.form()
    texts = {name: v for name, v in form.items() if isinstance(v, str)}
    return {name: v.strip() for name, v in texts.items() if v.strip()}


Values = Annotated[dict[str, str], Depends(_texts)]


class ListPages:
    """The list of campaigns, the form of a new one, and the opt-outs.

    Args:
        service: The service.
        rendering: Makes the pages.
    """

    def __init__(self, service: AudienceService, rendering: Rendering) -> None:
        self._service = service
        self._rendering = rendering

    def routes(self) -> APIRouter:
        """Returns what the pages are asked for by."""
        routes = APIRouter()
        for path, show, change in (
            ("/", self.campaigns, None),
            ("/new", self.new_campaign, self.create),
            ("/opt-outs", self.opt_outs, self.opt_out),
        ):
            routes.add_api_route(path, show, response_model=None)
            if change is not None:
                routes.add_api_route(
                    path, change, methods=["POST"], response_model=None
                )
        return routes

    def campaigns(self, request: Request) -> Response:
        """Shows the list."""
        found = self._service.store.campaigns()
        rows = [campaign_line(self._service, c.campaign_id) for c in found]
        return self._rendering.page(request, "campaigns.html", rows=rows[::-1])

    def new_campaign(self, request: Request) -> Response:
        """Shows the form."""
        return self._form(request, {})

    def create(self, request: Request, values: Values) -> Response:
        """Creates a campaign."""
        try:
            campaign = self._created(values)
        except ValueError as error:
            return self._form(request, values, str(error))
        address = campaign_url(campaign.campaign_id)
        return self._rendering.go_to(address, "The campaign was created.")

    def opt_outs(self, request: Request) -> Response:
        """Shows how many users have opted out."""
        return self._opt_out_page(request)

    def opt_out(self, request: Request, file: UploadFile) -> Response:
        """Notes who has opted out."""
        try:
            with uploaded(file, ID_FILES) as path:
                added = self._service.opt_out(path)
        except ValueError as error:
            return self._opt_out_page(request, str(error))
        notice = f"{added:,} more users have opted out."
        return self._rendering.go_to("/opt-outs", notice)

    def _opt_out_page(self, request: Request, error: str = "") -> Response:
        return self._rendering.page(
            request,
            "opt_outs.html",
            status=422 if error else 200,
            error=error,
            count=len(self._service.store.opted_out()),
        )

    def _form(
        self, request: Request, values: dict[str, str], error: str = ""
    ) -> Response:
        return self._rendering.page(
            request,
            "new_campaign.html",
            status=422 if error else 200,
            error=error,
            columns=self._service.general_model.campaign_columns,
            values=values,
        )

    def _created(self, values: dict[str, str]) -> Any:
        kinds = self._service.general_model.campaign_columns
        features = {
            name: parsed_value(values[_FEATURE + name], name, kind)
            for name, kind in kinds.items()
            if _FEATURE + name in values
        }
        return self._service.create_campaign(
            values.get("campaign_id", ""),
            name=values.get("name", ""),
            owner=values.get("owner", ""),
            features=features,
        )
