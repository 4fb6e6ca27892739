"""How well some models do in each task of each group."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments import cells
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels

_WIDTH = 0.8


def cell_scores(
    records: Sequence[grouping.Record], models: Sequence[str], metric: str
) -> Figure:
    """Draws bars for each model, group by group, in a panel for each task.

    A bar is the mean over the seeds, its whisker one standard deviation to
    either side. A cell that is not defined has no bar.

    Args:
        records: Records of runs whose data have groups.
        models: Names of the models to show, five at most.
        metric: Name of a metric of the cells.

    Raises:
        ValueError: If no run has such a cell.

    Example:

    >>> runs = [{"model": name, "seed": 0,
    ...          "metrics": {"test": {"clicks@coupon_nmae": value}}}
    ...         for name, value in [("CGC", 0.5), ("M2M", 0.25)]]
    >>> figure = cell_scores(runs, ["CGC", "M2M"], "nmae")
    >>> [bar.get_height() for bar in figure.axes[0].patches]
    [0.5, 0.25]
    """
    runs = grouping.by_model(records)
    tasks, groups = _names(records, metric)
    figure, axes = panels.grid(
        len(tasks), columns=2, width=1.2 + 0.55 * len(groups), height=2.4
    )
    width = _WIDTH / len(models)
    for panel, task in zip(axes, tasks, strict=True):
        for number, model in enumerate(models):
            columns = [cells.column(task, group, metric) for group in groups]
            own = runs.get(model, [])
            values = [
                [grouping.test_metric(run, name) for name in columns]
                for run in own
            ]
            mean, spread = grouping.mean_and_deviation(
                np.reshape(values, [len(own), len(columns)])
            )
            panel.bar(
                np.arange(len(groups)) + width * (number - len(models) / 2),
                mean,
                width,
                align="edge",
                yerr=np.nan_to_num(spread),
                capsize=2,
                color=panels.COLORS[number],
                label=panels.plain(model),
            )
        panels.name_panel(panel, task)
        names = [panels.plain(group, 12) for group in groups]
        panel.set_xticks(range(len(groups)), names, rotation=45, ha="right")
        panel.grid(axis="x", visible=False)
    axes[0].legend(fontsize=8, frameon=False)
    figure.supylabel(metric, fontsize=9)
    return figure


def _names(
    records: Sequence[grouping.Record], metric: str
) -> tuple[list[str], list[str]]:
    """Returns the tasks and the groups that runs have cells of."""
    found = [
        name.removesuffix(f"_{metric}").split("@", 1)
        for record in records
        for name in record["metrics"]["test"]
        if cells.is_cell(name) and name.endswith(f"_{metric}")
    ]
    tasks = dict.fromkeys(task for task, _ in found if task != cells.ALL_TASKS)
    groups = dict.fromkeys(g for _, g in found if g != cells.ALL_GROUPS)
    if not tasks or not groups:
        raise ValueError(
            "The runs should have cells of the metric, as those on data with "
            f"groups have. Received: metric={metric!r}."
        )
    return list(tasks), list(groups)
