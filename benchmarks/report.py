"""What reports of all benchmarks have in common."""

import datetime
import json
import os
import pathlib
import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Any

RESULTS = pathlib.Path("docs/results")
_PACKAGES = ("tfmtl", "tensorflow", "keras", "numpy")


def environment(command: str) -> dict[str, str]:
    """Returns what a reader needs to judge and repeat a run.

    Args:
        command: The command that was run.
    """
    versions = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    # Where a container may use fewer cores than the machine has.
    cores = len(os.sched_getaffinity(0))
    return {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(versions),
        "hardware": f"{_cpu_model()}, {os.cpu_count()} cores, {cores} allowed",
    }


def _cpu_model() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a Markdown table, the first column to the left.

    Example:

    >>> print(table(["model", "AUC"], [["PIMM", "0.7"]]))
    | model | AUC |
    |:------|----:|
    | PIMM  | 0.7 |
    """
    widths = [
        max(len(cell) for cell in column)
        for column in zip(header, *rows, strict=True)
    ]
    lines = [_line(header, widths)]
    rules = ["-" * (width + 1) for width in widths]
    lines.append(
        "|:" + ":|".join([rules[0] + "|" + rules[1], *rules[2:]]) + ":|"
    )
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cells[0].ljust(widths[0])]
    padded += [
        cell.rjust(width)
        for cell, width in zip(cells[1:], widths[1:], strict=True)
    ]
    return "| " + " | ".join(padded) + " |"


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
