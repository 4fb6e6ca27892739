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

_LAST_PORT = 65535


def add_commands(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """Adds the command, and yields its parser.

    Args:
        commands: The sub-parsers of the program.
    """
    serve = commands.add_parser("console", help="serve the web console")
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help="address or name; there is no log-in (default: %(default)s)",
    )
    serve.add_argument("--port", type=_port, default=8700, help="port to bind")
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

    family, address = _resolved(options.host, options.port)
    service = Home.of(options).service(customisation_of(options))
    hosts = [*LOOPBACK, options.host, *options.allow_host]
    app = console_app(service, hosts, bound_to=options.host)
    with socket.create_server(address, family=family) as bound:
        port = bound.getsockname()[1]
        name = f"[{options.host}]" if ":" in options.host else options.host
        console.print(f"Console on http://{name}:{port}, Ctrl-C ends it")
        console.print(_said_of_access(address[0]))
        config = uvicorn.Config(app, log_level="warning")
        uvicorn.Server(config).run(sockets=[bound])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"should be a whole number up to {_LAST_PORT}, 0 for any that is "
            f"free. Received: {text!r}"
        )
    return int(text)


def _resolved(host: str, port: int) -> tuple[int, Any]:
    """Returns family and address to bind, of IPv4 if there is one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ValueError(
            "--host should be an address or a name of this machine, such as "
            f"127.0.0.1. Received: {host!r}, {error}."
        ) from error
    family, *_, address = min(found)
    return family, address


def _said_of_access(address: str) -> str:
    if ipaddress.ip_address(address).is_loopback:
        return "There is no log-in; it is reached from this machine only."
    return (
        "warning: there is no log-in, and other machines can reach this "
        "address; whoever does can do everything. Give the names that it is "
        "reached by with --allow-host."
    )
