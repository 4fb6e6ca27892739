"""`python -m tfmtl.audience COMMAND`."""

import argparse
import warnings
from collections.abc import Sequence

import sqlalchemy as sa
from rich import console as rich_console

from tfmtl.audience.commands import campaign_commands
from tfmtl.audience.commands import console_command
from tfmtl.audience.commands import home
from tfmtl.audience.commands import model_commands
from tfmtl.audience.commands import queue_commands
from tfmtl.audience.service.reworded import reworded

PROGRAM = "python -m tfmtl.audience"
_INTERRUPTED = 130
_FILE_WIDTH = 120  # where the output goes to a file
# What an argument of Python is called here.
_OPTIONS = {
    "`min_known`": "`--min-known`",
    "`min_seeds`": "`--min-seeds`",
    "`quarantine=True`": "`--quarantine`",
    "`until`": "`--complete-until`",
    "`window`": "`--window-days`",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    Args:
        arguments: The words of the command; those of the process by default.
    """
    options = _parser().parse_args(arguments)
    console = rich_console.Console(
        soft_wrap=True, markup=False, highlight=False
    )
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(options.act(options, console) or 0)
    except (ValueError, OSError, ImportError) as error:
        console.print(f"error: {reworded(error, _OPTIONS)}")
        return 1
    except sa.exc.OperationalError as error:
        console.print(
            "error: The database should be there, and free within a minute; "
            "see who works on it, and run the command again. "
            f"Received: {error.orig}."
        )
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. Run it again: what is finished is kept.")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Campaigns, from their seeds to their audiences.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (
        campaign_commands,
        model_commands,
        queue_commands,
        console_command,
    ):
        for command in part.add_commands(commands):
            home.add_options(command)
    return parser
