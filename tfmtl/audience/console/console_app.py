"""The pages of the console."""

import contextlib
from collections.abc import AsyncIterator
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import Response

from tfmtl.audience.console.background_worker import BackgroundWorker
from tfmtl.audience.console.campaign_pages import CampaignPages
from tfmtl.audience.console.list_pages import ListPages
from tfmtl.audience.console.rendering import FOLDER
from tfmtl.audience.console.rendering import Rendering
from tfmtl.audience.console.same_origin import SameOrigin
from tfmtl.audience.service import AudienceService
from tfmtl.audience.store import UnknownCampaignError

MAX_BYTES = 256 * 2**20
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def console_app(
    service: AudienceService,
    hosts: Sequence[str] = LOOPBACK,
    bound_to: str = "127.0.0.1",
    max_bytes: int = MAX_BYTES,
) -> FastAPI:
    """Returns the console as an application for an ASGI server.

    While it runs, a thread works off the queue.

    Args:
        service: Does all that the pages ask for.
        hosts: Names that the console is reached by; requests by another name
            are refused.
        bound_to: The address, as the pages tell it.
        max_bytes: The longest file that may be uploaded.

    Example:

        app = tfmtl.audience.console.console_app(service)
        uvicorn.run(app, host="127.0.0.1", port=8700)
    """
    worker = BackgroundWorker(service)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with worker:
            yield

    # What the marketer needs is the pages; there is no other interface.
    app = FastAPI(
        lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(SameOrigin, hosts=hosts, max_bytes=max_bytes)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    rendering = Rendering(service, bound_to)
    app.include_router(ListPages(service, rendering).routes())
    pages = CampaignPages(service, rendering, worker.wake)
    app.include_router(pages.routes())

    @app.exception_handler(UnknownCampaignError)
    def unknown(request: Request, error: UnknownCampaignError) -> Response:
        return rendering.page(
            request, "missing.html", status=404, error=str(error)
        )

    return app
