"""What is made of the finished runs of a folder."""

import dataclasses
from pathlib import Path
from typing import Any

from rich import console as rich_console

from tfmtl.experiments import cells
from tfmtl.experiments import statistics
from tfmtl.experiments import tables
from tfmtl.experiments.cell_tables import CellTables
from tfmtl.experiments.results_folder import ResultsFolder
from tfmtl.experiments.summary import Summary
from tfmtl.experiments.summary import summarise
from tfmtl.experiments.verdict import verdict

_MOST_BARS = 5


def write_table(
    folder: ResultsFolder,
    console: rich_console.Console,
    test: statistics.Test = statistics.paired_p,
) -> list[Path]:
    """Writes `table.md` and `runs.csv`, shows the table, returns the paths.

    Args:
        folder: Where the runs are kept.
        console: Where to show it.
        test: Returns the p of two lists of values.

    Raises:
        ValueError: If the folder is none of a protocol, or fewer than two
            seeds are finished.
    """
    description = folder.description()
    summary = summarise(description["config"], folder.runs())
    tables.show(console, description, summary, test)
    text = tables.to_markdown(description, summary, test)
    return [folder.write("table.md", text), folder.write_csv()]


def write_report(folder: ResultsFolder) -> Path:
    """Writes `report.html`, pictures and all, and returns its path.

    Args:
        folder: Where the runs are kept.

    Raises:
        ValueError: As `write_table`.
    """
    # matplotlib takes its time, and tables need none.
    from tfmtl.experiments import report

    description = folder.description()
    config, runs = description["config"], folder.runs()
    summary = summarise(config, runs)
    results = report.Results(
        title=config["title"],
        facts={
            "data": description["data"]["description"],
            "rows": ", ".join(
                f"{part} {rows:,}"
                for part, rows in description["data"]["rows"].items()
            ),
            **description["environment"],
        },
        table=tables.values(summary),
        note=f"{tables.note(summary)} {verdict(summary)}",
        records=[vars(run) for run in runs],
        models=summary.models,
        seeds=config["seeds"],
        metrics=summary.columns,
        reference=_reference(summary),
        gains=tables.gains(summary) if summary.challengers else (),
    )
    if "groups" in description["data"]:
        results = dataclasses.replace(
            results, **_of_cells(CellTables(description, summary))
        )
    return folder.write("report.html", report.render(results))


def _of_cells(found: CellTables) -> dict[str, Any]:
    """Returns what a report tells of data with groups instead."""
    (about, rows), *more = found.overall()
    summary = found.summary
    shown = list(summary.models)[:_MOST_BARS]
    if summary.challengers and len(summary.baselines) > 1:
        shown = [summary.baselines[-1], summary.challengers[-1]]
    overall = cells.ALL_TASKS, cells.ALL_GROUPS
    return {
        "table": rows,
        "note": f"{about} {tables.note(summary)}",
        "gains": (),
        "more": (*more, *found.details()),
        "metrics": [cells.column(*overall, m) for m in found.metrics],
        "curves": ["loss"],
        "cell_models": shown,
        "cell_metrics": found.metrics,
    }


def _reference(summary: Summary) -> str:
    """Returns what bars are drawn against: the one of its kind, if any."""
    if len(summary.baselines) > 1 and summary.challengers:
        return summary.challengers[-1]
    return summary.baselines[0]
