"""The metrics of one task, a column for each slice."""

from collections.abc import Mapping
from typing import Any

from rich import table as rich_table

from pipeline.components.evaluation_report import BASELINE
from pipeline.components.evaluation_report import CANDIDATE
from pipeline.components.metrics_table import FACTS
from pipeline.components.run_summary import number_beside

_COUNTS = ("campaigns", "rows", "positives")


def slices_table(evaluation: Mapping[str, Any]) -> rich_table.Table:
    """Returns the metrics per slice, beside those of the last blessed model.

    It fits on a terminal where a task has many metrics and few slices.

    Args:
        evaluation: As `latest_evaluation` gives it, of one task.
    """
    by_model: dict[str, dict[str, dict[str, Any]]] = {}
    for record in evaluation["metrics"]:
        by_model.setdefault(record["model"], {})[record["slice"]] = record
    ours, last = by_model[CANDIDATE], by_model.get(BASELINE, {})
    table = rich_table.Table(
        title=f"Metrics on {', '.join(evaluation['splits'])}"
        + (" (difference to the last blessed model)" if last else "")
    )
    table.add_column("")
    for name in ours:
        heading = name.replace("=", ": ") or "all"
        table.add_column(heading, justify="right")
    first = next(iter(ours.values()))
    for name in _COUNTS:
        counts = (f"{record[name]:,.0f}" for record in ours.values())
        table.add_row(name, *counts)
    for name in first:
        if name not in FACTS:
            numbers = (
                number_beside(record[name], last.get(each, {}).get(name))
                for each, record in ours.items()
            )
            table.add_row(name.replace("_", " "), *numbers)
    return table
