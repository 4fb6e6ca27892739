"""What a run came to, as tables for the terminal."""

import json
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import table as rich_table

from pipeline.components.evaluation_report import BASELINE
from pipeline.components.evaluation_report import CANDIDATE
from pipeline.components.evaluation_report import METRICS_FILE
from pipeline.components.metrics_table import FACTS


def latest_evaluation(
    pipeline_root: str, evaluator: str = "Evaluator"
) -> dict[str, Any]:
    """Returns what the evaluator wrote in its last execution.

    Args:
        pipeline_root: Folder of the components' outputs.
        evaluator: Id of the evaluator.

    Raises:
        FileNotFoundError: If it has written nothing yet.
    """
    folder = Path(pipeline_root, evaluator, "evaluation")
    files = sorted(
        folder.glob(f"*/{METRICS_FILE}"), key=lambda f: int(f.parent.name)
    )
    if not files:
        raise FileNotFoundError(
            f"{folder} should hold an evaluation; run the pipeline first."
        )
    report: dict[str, Any] = json.loads(files[-1].read_text("utf-8"))
    return report


def summary_table(evaluation: Mapping[str, Any]) -> rich_table.Table:
    """Returns the metrics per task and slice, beside the last blessed model's.

    A cell is empty if the task has no such metric, and "-" if the metric
    cannot be computed.

    Args:
        evaluation: As `latest_evaluation` gives it.
    """
    records = evaluation["metrics"]
    # Each task has metrics of its own; a dict keeps the order they come in.
    metrics = dict.fromkeys(
        name for record in records for name in record if name not in FACTS
    )
    baseline = {
        (record["task"], record["slice"]): record
        for record in records
        if record["model"] == BASELINE
    }
    table = rich_table.Table(
        title=f"Metrics on {', '.join(evaluation['splits'])}"
        + (" (difference to the last blessed model)" if baseline else "")
    )
    table.add_column("task")
    table.add_column("slice")
    for name in ("rows", "positives", *metrics):
        heading = name.replace("_", " ")
        table.add_column(heading, justify="right")
    for record in records:
        if record["model"] != CANDIDATE:
            continue
        before = baseline.get((record["task"], record["slice"]), {})
        table.add_row(
            record["task"],
            record["slice"].partition("=")[2] or "all",
            f"{record['rows']:,}",
            f"{record['positives']:,.0f}",
            *(
                number_beside(record[name], before.get(name))
                if name in record
                else ""
                for name in metrics
            ),
        )
    return table


def verdict(evaluation: Mapping[str, Any], pushed: Iterable[str]) -> str:
    """Says whether the model was pushed, why not, and what to beware of.

    Args:
        evaluation: As `latest_evaluation` gives it.
        pushed: Folders of the served versions, oldest first.
    """
    versions = list(pushed)
    if evaluation["blessed"]:
        where = versions[-1] if versions else "nothing, it was taken away"
        lines = [f"BLESSED; served is {where}"]
    else:
        lines = ["NOT BLESSED, nothing pushed:"]
        lines += [f"  - {reason}" for reason in evaluation["reasons"]]
        if versions:
            lines.append(f"Still served: {versions[-1]}")
    lines += [f"Warning: {warning}" for warning in evaluation["warnings"]]
    return "\n".join(lines)


def describe_values(values: Mapping[str, float]) -> str:
    """Returns chosen values in a line.

    Args:
        values: Name to number.

    Example:

    >>> describe_values({"learning_rate": 0.00123456, "width": 64})
    'learning_rate 0.00123, width 64'
    """
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items())


def number_beside(value: float | None, before: float | None) -> str:
    """Returns a metric, and the difference to that of the last model.

    Args:
        value: The metric; None if it cannot be computed.
        before: The same of the last model, if there is one.

    Example:

    >>> number_beside(0.71, 0.7), number_beside(0.71, None)
    ('0.7100 (+0.0100)', '0.7100')
    """
    if value is None:
        return "-"
    if before is None:
        return f"{value:.4f}"
    return f"{value:.4f} ({value - before:+.4f})"
