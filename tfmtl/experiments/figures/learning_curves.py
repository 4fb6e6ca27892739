"""How a metric changed from epoch to epoch."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def learning_curves(
    records: Sequence[grouping.Record], metric: str, label: str | None = None
) -> Figure:
    """Draws a metric by epoch, the mean over the seeds with a band.

    The band is one standard deviation over the seeds to either side. Where
    the first seed has stopped, the mean of the others goes on as a dotted
    line. Up to five models share a panel; of more, each has a panel of its
    own, in which the others are grey.

    Args:
        records: Records of runs.
        metric: Name of the metric in the runs' histories; models without it
            are left out.
        label: Name of the y axis; the metric's by default.

    Raises:
        ValueError: If no run has a history of the metric.

    Example:

    >>> runs = [{"model": "PIMM", "history": {"val_click_auc": [0.6, 0.7]}}]
    >>> figure = learning_curves(runs, "val_click_auc")
    >>> figure.axes[0].lines[0].get_ydata()
    array([0.6, 0.7])
    """
    curves = {
        model: grouping.table([r["history"][metric] for r in own])
        for model, own in grouping.by_model(
            [r for r in records if (r.get("history") or {}).get(metric)]
        ).items()
    }
    if 0 < len(curves) <= len(panels.COLORS):
        figure, axes = panels.grid(1, width=6.4, height=3.2)
        for (model, values), color in zip(
            curves.items(), panels.COLORS, strict=False
        ):
            _draw(axes[0], values, color, model)
        figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    else:
        figure, axes = panels.grid(len(curves))
        for panel, model in zip(axes, curves, strict=True):
            for other in curves.values():
                mean, _ = grouping.mean_and_deviation(other)
                panel.plot(_epochs(mean), mean, color=panels.PALE, zorder=1)
            _draw(panel, curves[model], panels.COLORS[0], model)
            panels.name_panel(panel, model)
    axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.supxlabel("epoch", fontsize=9)
    figure.supylabel(panels.plain(label or metric), fontsize=9)
    return figure


def _draw(panel: Axes, values: np.ndarray, color: str, model: str) -> None:
    mean, deviation = grouping.mean_and_deviation(values)
    epochs = _epochs(mean)
    whole = np.isfinite(values).all(axis=0)
    # A mean over fewer seeds should not pass for one over all.
    last = np.flatnonzero(whole).max(initial=0)
    solid = panel.plot(
        epochs[: last + 1],
        mean[: last + 1],
        color=color,
        linewidth=2,
        marker="o" if last == 0 else None,
        label=panels.plain(model, 28),
    )[0]
    panel.plot(epochs[last:], mean[last:], ":", color=color, linewidth=1.5)
    panel.fill_between(
        epochs,
        mean - deviation,
        mean + deviation,
        color=solid.get_color(),
        alpha=0.18,
        linewidth=0,
    )


def _epochs(mean: np.ndarray) -> np.ndarray:
    return np.arange(1, len(mean) + 1)
