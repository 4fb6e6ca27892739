"""The command that serves the web console."""

import argparse
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

from rich import console as rich_console

from tfmtl.audience.commands.home import Home
from tfmtl.audience.commands.home import add_model_options
from tfmtl.audience.commands.home import customisation_of


def add_commands(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """Adds the command, and yields its parser.

    Args:
        commands: The sub-parsers of the program.
    """
    serve = commands.add_parser("console", help="serve the web console")
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to bind; there is no log-in (default: %(default)s)",
    )
    serve.add_argument("--port", type=int, default=8700, help="port to bind")
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name that the console is reached by",
    )
    add_model_options(serve)
    serve.set_defaults(act=_serve)
    yield serve


def _serve(options: argparse.Namespace, console: rich_console.Console) -> None:
    # Of the extra `console`; the other commands do without.
    import uvicorn

    from tfmtl.audience.console import console_app
    from tfmtl.audience.console.console_app import LOOPBACK

    service = Home.of(options).service(customisation_of(options))
    hosts = [*LOOPBACK, options.host, *options.allow_host]
    app = console_app(service, hosts, bound_to=options.host)
    with socket.create_server(
        (options.host, options.port),
        family=socket.AF_INET6 if ":" in options.host else socket.AF_INET,
    ) as bound:
        port = bound.getsockname()[1]
        name = f"[{options.host}]" if ":" in options.host else options.host
        console.print(f"Console on http://{name}:{port}, Ctrl-C ends it")
        console.print(_said_of_access(options.host))
        config = uvicorn.Config(app, log_level="warning")
        uvicorn.Server(config).run(sockets=[bound])


def _said_of_access(host: str) -> str:
    if host == "localhost" or ipaddress.ip_address(host).is_loopback:
        return "There is no log-in; it is reached from this machine only."
    return (
        "warning: there is no log-in, and other machines can reach this "
        "address; whoever does can do everything. Give the names that it is "
        "reached by with --allow-host."
    )
