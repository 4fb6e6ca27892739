"""How often a task is told how the task before it ended."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.ticker import PercentFormatter

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def curriculum(records: Sequence[grouping.Record]) -> Figure:
    """Draws the chance that a label is told, and the share that was told.

    A panel for each model: the bars are the schedule `p` of each epoch, the
    dots the shares of labels that were in fact told, one for each seed.

    Args:
        records: Records of runs; those without a curriculum are left out.

    Raises:
        ValueError: If no run has a curriculum.

    Example:

    >>> runs = [{"model": "PIMM", "pictures": {
    ...     "curriculum": [0.5, 0.25], "told": [0.51, 0.24]}}]
    >>> figure = curriculum(runs)
    >>> [bar.get_height() for bar in figure.axes[0].patches]
    [0.5, 0.25]
    """
    models = grouping.by_model(grouping.with_picture(records, "curriculum"))
    figure, axes = panels.grid(len(models), height=2.1)
    for panel, (model, own) in zip(axes, models.items(), strict=True):
        planned = grouping.table([run["pictures"]["curriculum"] for run in own])
        rates, _ = grouping.mean_and_deviation(planned)
        epochs = np.arange(1, len(rates) + 1)
        panel.bar(epochs, rates, color="#9ec9e6", label="chance p")
        for number, run in enumerate(own):
            told = run["pictures"].get("told") or []
            panel.plot(
                np.arange(1, len(told) + 1),
                told,
                "o",
                color=panels.COLORS[1],
                markersize=4,
                alpha=0.6,
                label=None if number else "share told, by seed",
            )
        panel.set_ylim(0, max(1.0, np.nanmax(planned)))
        panel.yaxis.set_major_formatter(PercentFormatter(1))
        panel.grid(axis="x", visible=False)
        panels.name_panel(panel, model)
    axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.supxlabel("epoch", fontsize=9)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper right",
        ncols=2,
        frameon=False,
        fontsize=9,
    )
    return figure
