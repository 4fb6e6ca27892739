"""The commands of `python -m tfmtl.activation`."""

import argparse
import datetime
import functools
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich import console as rich_console

from tfmtl import abtest
from tfmtl import files
from tfmtl.activation import inputs
from tfmtl.activation.ledger import Ledger
from tfmtl.activation.measurement import measure
from tfmtl.activation.plan_file import read_plan
from tfmtl.activation.planning import OFFERED
from tfmtl.activation.planning import make_plan

PROGRAM = "python -m tfmtl.activation"
_EXAMPLES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    Args:
        arguments: The words of the command; those of the process by default.
    """
    options = _parser().parse_args(arguments)
    console = rich_console.Console(soft_wrap=True)
    say = functools.partial(console.print, markup=False, highlight=False)
    try:
        for line in options.act(options):
            say(line)
    except (ValueError, FileNotFoundError) as error:
        say(f"error: {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Tasks and rewards for advertisers about to pause.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    plan = commands.add_parser("plan", help="choose advertisers and tasks")
    plan.add_argument("plan", type=Path, help="what is decided, as JSON")
    _add_rows(plan, "predictions")
    plan.set_defaults(act=_plan)
    settle = commands.add_parser("settle", help="log outcomes, list rewards")
    settle.add_argument("name", help="name of the plan")
    _add_rows(settle, "outcomes")
    settle.add_argument(
        "--as-of",
        type=datetime.date.fromisoformat,
        default=datetime.date.today(),
        help="the day on which outcomes are final; today by default",
    )
    settle.set_defaults(act=_settle)
    result = commands.add_parser("measure", help="what tasks have changed")
    result.add_argument("name", help="name of the plan")
    result.add_argument(
        "--bootstrap",
        action="store_const",
        dest="method",
        const=abtest.Bootstrap(),
        default=abtest.delta_method,
        help="intervals by a bootstrap instead of the delta method",
    )
    result.set_defaults(act=_measure)
    for command in (plan, settle, result):
        command.add_argument(
            "--database", required=True, help="URL, such as sqlite:///a.db"
        )
        command.add_argument(
            "--output",
            type=Path,
            required=command is not result,
            help="file to write, "
            + ("JSON" if command is result else "Parquet"),
        )
    return parser


def _add_rows(command: argparse.ArgumentParser, name: str) -> None:
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--parquet", type=Path, help=f"file of {name}")
    source.add_argument("--table", help=f"table of {name} in the database")


def _rows(options: argparse.Namespace) -> pd.DataFrame:
    if options.parquet is not None:
        return inputs.read_parquet(options.parquet)
    return inputs.read_table(options.database, options.table)


def _plan(options: argparse.Namespace) -> list[str]:
    plan = read_plan(options.plan)
    planned = make_plan(_rows(options), plan)
    is_new = Ledger(options.database).record(planned, plan)
    files.write_parquet(planned, options.output)
    offered = planned[planned["status"] == OFFERED].sort_values("rank")
    counts = planned["status"].value_counts()
    lines = [
        f"Plan {plan.name!r}: {len(planned)} rows, "
        + ", ".join(f"{count} {status}" for status, count in counts.items()),
        f"Rewards of {offered['reward'].sum()} cents at most, of a budget of "
        f"{plan.budget.total}; gain expected: {offered['gain'].sum():.0f}",
    ]
    for row in offered.head(_EXAMPLES).itertuples():
        lines.append(f"  {row.advertiser_id} in {row.scenario}: {row.reason}")
    logged = "Logged" if is_new else "Logged before, and the same,"
    return [
        *lines,
        f"{logged} in {options.database}; written: {options.output}",
    ]


def _settle(options: argparse.Namespace) -> list[str]:
    ledger = Ledger(options.database)
    rows = _rows(options)
    settled = ledger.settle(options.name, rows, options.as_of)
    files.write_parquet(settled, options.output)
    return [
        f"Plan {options.name!r}: {len(settled)} outcomes, "
        f"{int((settled['paid'] > 0).sum())} rewards of "
        f"{settled['paid'].sum()} cents to be paid",
        f"Logged in {options.database}; written: {options.output}",
    ]


def _measure(options: argparse.Namespace) -> list[str]:
    result = measure(Ledger(options.database), options.name, options.method)
    lines = str(result).splitlines()
    if options.output is None:
        return lines
    text = json.dumps(result.to_dict(), indent=1) + "\n"
    files.write_text(options.output, text)
    return [*lines, f"Written: {options.output}"]
