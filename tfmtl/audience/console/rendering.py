"""Pages from templates, with what all of them show."""

from pathlib import Path
from typing import Any

from fastapi.templating import Jinja2Templates
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.responses import Response

from tfmtl.audience.console.notices import Notices
from tfmtl.audience.service import AudienceService

FOLDER = Path(__file__).parent


class Rendering:
    """Makes pages of templates.

    Args:
        service: The service.
        bound_to: The address that the console is bound to.
    """

    def __init__(self, service: AudienceService, bound_to: str) -> None:
        self._templates = Jinja2Templates(FOLDER / "templates")
        self._notices = Notices()
        self._shared = {
            "users": len(service.users),
            "general_version": service.general_model.version,
            "bound_to": bound_to,
        }

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        error: str = "",
        **values: Any,
    ) -> Response:
        """Returns a page.

        Args:
            request: What was asked.
            template: Name of the template.
            status: Status of HTTP.
            error: What went wrong, if something did.
            **values: What the template shows.
        """
        notice = self._notices.take(request.query_params.get("said", ""))
        values = {**self._shared, "notice": notice, "error": error, **values}
        return self._templates.TemplateResponse(
            request, template, values, status_code=status
        )

    def go_to(self, address: str, notice: str, place: str = "") -> Response:
        """Returns the way to a page that shows a notice.

        Args:
            address: The page.
            notice: What was done.
            place: Id of the section to show.
        """
        said = self._notices.keep(notice)
        return RedirectResponse(
            f"{address}?said={said}{place and '#' + place}", status_code=303
        )
