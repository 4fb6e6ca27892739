"""The command `expansion-ab`."""

import argparse
import dataclasses
import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from rich import console as rich_console
from rich import progress as rich_progress

from tfmtl.experiments.environment import describe_environment
from tfmtl.experiments.expansion_ab.markdown_page import to_markdown
from tfmtl.experiments.expansion_ab.scores_folder import ScoresFolder
from tfmtl.experiments.expansion_ab.simulate import num_steps
from tfmtl.experiments.expansion_ab.simulate import simulate
from tfmtl.experiments.expansion_ab.simulation import Simulation
from tfmtl.experiments.results_folder import ResultsFolder

_FOLDER = Path("runs/experiments/expansion_ab")
_PACKAGES = ("tfmtl", "tensorflow", "keras", "numpy", "scipy")
_HELP = {
    "users": "users of the population",
    "past_campaigns": "campaigns that general models have learned from",
    "campaigns": "campaigns of the experiment",
    "size": "users that an arm chooses for a campaign",
    "days": "days for which a campaign is shown",
    "repeats": "repetitions with other arms and luck",
    "seed": "seed of population, weights and draws",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the command.

    Args:
        parser: The parser of the command.
    """
    for field in dataclasses.fields(Simulation):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=int,
            default=field.default,
            help=f"{_HELP[field.name]} (%(default)s)",
        )
    parser.add_argument(
        "--output",
        type=Path,
        default=_FOLDER,
        help="folder of the results (%(default)s)",
    )


def run(
    options: argparse.Namespace,
    program: str,
    words: Sequence[str],
    console: rich_console.Console,
) -> list[Path]:
    """Runs the experiments, writes the results, and returns the paths.

    Args:
        options: The options.
        program: How the program was called.
        words: The words of the command.
        console: Where to show the page.
    """
    simulation = Simulation(
        **{
            field.name: getattr(options, field.name)
            for field in dataclasses.fields(Simulation)
        }
    )
    keep = ScoresFolder(options.output / "scores", simulation)
    environment = describe_environment(
        f"{program} {shlex.join(words)}", _PACKAGES
    )
    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=num_steps(simulation))
        result = simulate(
            simulation,
            lambda text: bar.update(task, advance=1, description=text),
            keep,
        )
    page = to_markdown(result, environment)
    console.print(page, markup=False, highlight=False)
    content = {"environment": environment, **result}
    folder = ResultsFolder(options.output)
    return [
        folder.write("results.json", json.dumps(content, indent=1) + "\n"),
        folder.write("expansion_ab.md", page),
    ]
