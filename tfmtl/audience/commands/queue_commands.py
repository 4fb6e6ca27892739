"""The command that works off the queue."""

import argparse
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

from rich import console as rich_console

from tfmtl.audience.commands.home import Home
from tfmtl.audience.commands.home import add_model_options
from tfmtl.audience.commands.home import customisation_of
from tfmtl.audience.commands.shown_steps import ShownSteps


def add_commands(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """Adds the command, and yields its parser.

    Args:
        commands: The sub-parsers of the program.
    """
    work = commands.add_parser("work", help="work off the queue")
    work.add_argument(
        "--poll-seconds",
        type=float,
        default=0.0,
        help="look again for work so often; 0 ends when there is none",
    )
    work.add_argument(
        "--lease",
        type=float,
        default=60.0,
        help="seconds until the job of a killed worker is another's",
    )
    add_model_options(work)
    work.set_defaults(act=_work)
    yield work


def _work(options: argparse.Namespace, console: rich_console.Console) -> int:
    service = Home.of(options).service(customisation_of(options))
    worker = f"{socket.gethostname()} {os.getpid()}"
    done = failed = 0
    while True:
        with ShownSteps(console) as steps:
            for outcome in service.run_queue(worker, options.lease, steps.show):
                console.print(str(outcome))
                failed += bool(outcome.error) and not outcome.will_retry
                done += not outcome.error
        if not options.poll_seconds:
            break
        time.sleep(options.poll_seconds)
    console.print(
        f"{done} jobs done, {failed} failed; models and audiences are in "
        f"{service.folder}"
    )
    return 1 if failed else 0
