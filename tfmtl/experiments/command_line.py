"""The commands of `python -m tfmtl.experiments`."""

import argparse
import inspect
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import console as rich_console

from tfmtl.experiments import choice
from tfmtl.experiments import outputs
from tfmtl.experiments import presets
from tfmtl.experiments import protocols
from tfmtl.experiments import statistics
from tfmtl.experiments.environment import describe_environment
from tfmtl.experiments.expansion_ab import command as expansion_ab
from tfmtl.experiments.progress import SweepProgress
from tfmtl.experiments.results_folder import ResultsFolder
from tfmtl.experiments.sweep import sweep

PROGRAM = "python -m tfmtl.experiments"
_PACKAGES = ("tfmtl", "tensorflow", "keras", "numpy", "lightgbm", "scipy")
_INTERRUPTED = 130
_FILE_WIDTH = 120  # where the output goes to a file


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    Args:
        arguments: The words of the command; those of the process by default.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(words)
    console = rich_console.Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    try:
        options.act(options, words, console)
    except (ValueError, ImportError, FileNotFoundError) as error:
        console.print(f"error: {error}", markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. Run it again: what is finished is kept.")
        return _INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description="The tables of the papers on data at hand."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="train what is missing, and report")
    choice.add_options(run)
    run.add_argument("--output", type=Path, help="folder of the results")
    run.set_defaults(act=_run)
    table = commands.add_parser("table", help="the table of a folder")
    table.set_defaults(act=_table)
    for command in (run, table):
        command.add_argument(
            "--welch",
            action="store_const",
            dest="test",
            const=statistics.welch_p,
            default=statistics.paired_p,
            help="stars by Welch's t-test instead of the paired one",
        )
    report = commands.add_parser("report", help="the report of a folder")
    report.set_defaults(act=_report)
    for command in (table, report):
        command.add_argument("folder", type=Path, help="what `run` wrote")
    expansion = commands.add_parser(
        "expansion-ab", help="an experiment of MetaHeac on made-up users"
    )
    expansion_ab.add_options(expansion)
    expansion.set_defaults(act=_expansion)
    show = commands.add_parser("list", help="protocols, their models, data")
    show.set_defaults(act=_list)
    return parser


def _run(
    options: argparse.Namespace,
    words: Sequence[str],
    console: rich_console.Console,
) -> None:
    protocol = choice.protocol_of(options)
    folder = ResultsFolder(options.output or choice.default_folder(protocol))
    runs = [(c.name, s) for c in protocol.contenders for s in protocol.seeds]
    done = sum(folder.has(*run) for run in runs)
    with SweepProgress(console, len(runs), done) as progress:
        sweep(
            protocol,
            folder,
            describe_environment(f"{PROGRAM} {shlex.join(words)}", _PACKAGES),
            on_run=progress.add,
        )
    written = outputs.write_table(folder, console, options.test)
    written.append(outputs.write_report(folder))
    _say_written(console, [folder.path / "runs", *written])


def _table(
    options: argparse.Namespace,
    words: Sequence[str],
    console: rich_console.Console,
) -> None:
    folder = ResultsFolder(options.folder)
    written = outputs.write_table(folder, console, options.test)
    _say_written(console, written)


def _report(
    options: argparse.Namespace,
    words: Sequence[str],
    console: rich_console.Console,
) -> None:
    folder = ResultsFolder(options.folder)
    _say_written(console, [outputs.write_report(folder)])


def _expansion(
    options: argparse.Namespace,
    words: Sequence[str],
    console: rich_console.Console,
) -> None:
    _say_written(console, expansion_ab.run(options, PROGRAM, words, console))


def _list(
    options: argparse.Namespace,
    words: Sequence[str],
    console: rich_console.Console,
) -> None:
    lines = ["Protocols:"]
    for name in protocols.__all__:
        protocol = choice.find_protocol(name)(None)
        models = ", ".join(each.name for each in protocol.contenders)
        lines += [f"  {name}: {protocol.title}", f"    {models}"]
    lines.append("Data:")
    for name in presets.__all__:
        preset = getattr(presets, name)
        if preset is not presets.Preset:
            summary = (inspect.getdoc(preset) or "").splitlines()[0]
            lines.append(f"  {preset.name}: {summary}")
    console.print("\n".join(lines), markup=False, highlight=False)


def _say_written(console: rich_console.Console, paths: Sequence[Path]) -> None:
    console.print("Written:")
    for path in paths:
        console.print(f"  {path}", markup=False, highlight=False)
