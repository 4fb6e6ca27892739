"""What reports of all benchmarks have in common."""

import argparse
import json
import pathlib
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

RESULTS = pathlib.Path("docs/results")


def verdicts(bounds: dict[str, bool]) -> str:
    """Returns a Markdown list of what was to be shown, and whether it was."""
    return "\n".join(
        f"- {'met' if met else '**MISSED**'}: {bound}"
        for bound, met in bounds.items()
    )


def write(
    folder: pathlib.Path, name: str, text: str, results: dict[str, Any]
) -> None:
    """Writes `name.md` and `name.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text + "\n")
    (folder / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n")


def run_command(
    description: str | None,
    name: str,
    run: Callable[[dict[str, Any]], tuple[str, dict[str, Any]]],
    full: dict[str, Any],
    quick: dict[str, Any],
    arguments: Sequence[str] | None = None,
) -> int:
    """Runs a benchmark as a command and returns its exit code.

    Args:
        description: Docstring of the benchmark.
        name: Name of the files that are written.
        run: Takes sizes; returns the report and all numbers, with `bounds`
            among them.
        full: Sizes of the benchmark.
        quick: Sizes of a smoke test, by `--quick`.
        arguments: Arguments of the command line.

    Returns:
        1 if a bound was missed, else 0.
    """
    parser = argparse.ArgumentParser(
        description=(description or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--output", type=pathlib.Path, default=RESULTS)
    options = parser.parse_args(arguments)
    text, results = run(quick if options.quick else full)
    print(text)
    write(options.output, name, text, results)
    return 0 if all(results["bounds"].values()) else 1
