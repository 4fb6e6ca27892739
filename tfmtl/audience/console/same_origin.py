"""Keeps other web sites from acting in the name of who uses the console."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp
from starlette.types import Message
from starlette.types import Receive
from starlette.types import Scope
from starlette.types import Send

_SAFE = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class SameOrigin:
    """Lets changes through only if they come from the console's own pages.

    There is no log-in, so whatever reaches the port is trusted. A browser
    reaches it too when another site tells it to: by a form that is sent here,
    by a name that suddenly leads here, or by these pages in a frame. So hosts
    are the ones that are listed, changes carry the origin of the same host if
    they carry any, and pages are not shown in frames.

    Args:
        app: The application.
        hosts: Names, without port, that the console is reached by.
        max_bytes: The longest request.
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], max_bytes: int
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.max_bytes = max_bytes

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _refusal(
        self, method: str, headers: Headers
    ) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if _name_of(host) not in self.hosts:
            return PlainTextResponse(
                "The console is not reached by this name; give it with "
                f"--allow-host. Received: {host!r}.",
                status_code=400,
            )
        if method in _SAFE:
            return None
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "same-origin")
        is_own = origin is None or urlsplit(origin).netloc == host
        if not is_own or site not in ("same-origin", "none"):
            return PlainTextResponse(
                "Changes are accepted from the console's own pages only; open "
                f"the console and do it there. Received: origin {origin!r}.",
                status_code=403,
            )
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > self.max_bytes:
            return PlainTextResponse(
                f"A file should have {self.max_bytes:,} bytes at most; use "
                "the command line, `python -m tfmtl.audience`, for larger "
                f"ones. Received: {length or 'unknown'} bytes.",
                status_code=413,
            )
        return None


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # brackets that do not close
        return ""
