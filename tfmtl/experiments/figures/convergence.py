"""How fast models learn a campaign's users."""

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels

_STYLES = ("-", "--", ":")


def convergence(records: Sequence[grouping.Record]) -> Figure:
    """Draws AUC and loss against the step of customising, for each model.

    A line is the mean over the seeds.

    Args:
        records: Records of runs; those without such curves are left out.

    Raises:
        ValueError: If no run has any.

    Example:

    >>> curves = {"loss": [0.7, 0.6], "auc": [0.5, 0.75]}
    >>> runs = [{"model": "MLP", "pictures": {"convergence": curves}}]
    >>> figure = convergence(runs)
    >>> figure.axes[0].lines[0].get_ydata()
    array([0.5 , 0.75])
    """
    runs = grouping.with_picture(records, "convergence")
    figure, axes = panels.grid(
        2 if runs else 0, width=4.6, height=3.4, sharey=False
    )
    looks = itertools.product(_STYLES, panels.COLORS)
    for (model, own), (style, color) in zip(
        grouping.by_model(runs).items(), looks, strict=False
    ):
        for panel, kind in zip(axes, ("auc", "loss"), strict=True):
            curves = [run["pictures"]["convergence"][kind] for run in own]
            mean, _ = grouping.mean_and_deviation(grouping.table(curves))
            panel.plot(
                np.arange(1, len(mean) + 1),
                mean,
                style,
                color=color,
                label=panels.plain(model, 28) if kind == "auc" else None,
            )
    for panel, name in zip(
        axes, ("AUC of the candidates", "loss of the epoch so far"), strict=True
    ):
        panels.name_panel(panel, name)
        panel.set_xlabel("step of customising", fontsize=9)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure
