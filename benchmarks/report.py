"""What reports of all benchmarks have in common."""

import json
import pathlib
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
