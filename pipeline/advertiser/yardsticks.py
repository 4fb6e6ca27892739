"""The model beside what one would say without it."""

import math
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich import table as rich_table

from pipeline.advertiser import columns
from pipeline.components.evaluation_report import BASELINE
from pipeline.components.evaluation_report import CANDIDATE

_METRICS = ("nmae", "smape")
_Cells = dict[tuple[str, str], float]


def yardsticks_table(
    records: Sequence[Mapping[str, Any]], model: str
) -> rich_table.Table:
    """Returns the mean over scenarios of each task's errors.

    Cells without any label above 0 have no NMAE, and are counted beside it.

    Args:
        records: What `metrics_table` made, as the evaluation holds it.
        model: Name of the model.
    """
    names = {CANDIDATE: model, BASELINE: "last blessed model"}
    present = dict.fromkeys(record["model"] for record in records)
    table = rich_table.Table(
        title="Mean error over scenarios, NMAE / SMAPE (cells without NMAE)"
    )
    table.add_column("task")
    for name in present:
        table.add_column(names.get(name, name), justify="right")
    for task in (*columns.SPEC.tasks, "all cells"):
        table.add_row(task, *(_mean(records, name, task) for name in present))
    return table


def beaten_by(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns the cells in which a naive forecast has the lower NMAE.

    Args:
        records: As of `yardsticks_table`.

    Returns:
        One line a cell: task, slice, both errors.
    """
    ours = _cells(records, CANDIDATE, "nmae")
    lines = []
    for name in columns.NAIVE:
        for (task, piece), error in _cells(records, name, "nmae").items():
            own = ours[task, piece]
            if not own <= error and not math.isnan(error):
                lines.append(f"{task}, {piece}: {own:.3f}, {name} {error:.3f}")
    return lines


def _mean(records: Sequence[Mapping[str, Any]], model: str, task: str) -> str:
    texts, missing = [], 0
    for metric in _METRICS:
        cells = _cells(records, model, metric)
        errors = [
            error
            for (of, _), error in cells.items()
            if of == task or task not in columns.SPEC.tasks
        ]
        known = [error for error in errors if not math.isnan(error)]
        missing = max(missing, len(errors) - len(known))
        texts.append(f"{np.mean(known):.4f}" if known else "-")
    return " / ".join(texts) + (f" ({missing})" if missing else "")


def _cells(
    records: Sequence[Mapping[str, Any]], model: str, metric: str
) -> _Cells:
    def cells() -> Iterator[tuple[tuple[str, str], float]]:
        for record in records:
            if record["model"] == model and record["slice"]:
                value = record[metric]
                error = math.nan if value is None else value
                yield (record["task"], record["slice"]), error

    return dict(cells())
