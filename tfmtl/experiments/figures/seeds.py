"""Every single run, so that a mean hides nothing."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def seeds(records: Sequence[grouping.Record], metrics: Sequence[str]) -> Figure:
    """Draws each run as a dot, a row for each model, and the means as bars.

    Args:
        records: Records of runs.
        metrics: Names of metrics of the test part, a panel for each. Values
            that are missing or not finite are left out.

    Raises:
        ValueError: If there are no metrics.

    Example:

    >>> runs = [{"model": "PIMM", "metrics": {"test": {"buy_auc": auc}}}
    ...         for auc in (0.5, 0.75)]
    >>> figure = seeds(runs, ["buy_auc"])
    >>> figure.axes[0].lines[0].get_xdata()
    array([0.5 , 0.75])
    """
    models = grouping.by_model(records)
    figure, axes = panels.grid(
        len(metrics),
        columns=3,
        width=3.3,
        height=0.8 + 0.27 * len(models),
        sharex=False,
    )
    for panel, metric in zip(axes, metrics, strict=True):
        for place, own in enumerate(models.values()):
            values = np.array([grouping.test_metric(r, metric) for r in own])
            values = values[np.isfinite(values)]
            panel.plot(
                values,
                np.full(len(values), place),
                "o",
                color=panels.COLORS[0],
                alpha=0.55,
                markersize=5,
                markeredgewidth=0,
            )
            if len(values):
                panel.plot(
                    values.mean(), place, "|", color="black", markersize=13
                )
        panels.name_panel(panel, metric)
        panel.locator_params(axis="x", nbins=5)
    axes[0].set_yticks(
        range(len(models)), [panels.plain(name, 26) for name in models]
    )
    axes[0].set_ylim(len(models) - 0.4, -0.6)
    return figure
