"""How far predicted probabilities are from observed rates."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels

_STEPS = (1, 2, 5)


def calibration(records: Sequence[grouping.Record], task: str) -> Figure:
    """Draws the observed rate by the predicted one, a panel for each model.

    Every point is a bin of rows of similar prediction, the mean over the
    seeds of that bin; its area is in proportion to the rows in it. The bar is
    one standard error of a rate that is observed on so many rows. Where all
    values are rates, the axes follow their square root, so that the small
    rates of a rare task do not fall on one spot.

    Args:
        records: Records of runs.
        task: Name of the task; models without a finite bin are left out.

    Raises:
        ValueError: If no run has finite bins of the task.

    Example:

    >>> bins = {"predicted": [0.1, 0.4], "observed": [0.0, 0.5],
    ...         "count": [10, 10]}
    >>> runs = [{"model": "PIMM", "pictures": {"calibration": {"buy": bins}}}]
    >>> figure = calibration(runs, "buy")
    >>> figure.axes[0].collections[-1].get_offsets().data.tolist()
    [[0.1, 0.0], [0.4, 0.5]]
    """
    bins = {
        model: _mean_bins([grouping.bins(record, task) for record in own])
        for model, own in grouping.by_model(
            [r for r in records if grouping.bins(r, task)]
        ).items()
    }
    bins = {
        model: one
        for model, one in bins.items()
        if np.isfinite(one).all(axis=0).any()
    }
    figure, axes = panels.grid(len(bins), width=2.5, height=2.5)
    values = np.concatenate([one[:2].ravel() for one in bins.values()])
    low, high = np.nanmin(values), np.nanmax(values)
    rates = bool(low >= 0 and high <= 1)
    for panel, (model, one) in zip(axes, bins.items(), strict=True):
        _draw(panel, one, rates)
        panels.name_panel(panel, model)
        count = one[2][np.isfinite(one[2])]
        panel.annotate(
            f"{count.sum():,.0f} rows\n{_range(count)} a bin",
            (0.97, 0.04),
            xycoords="axes fraction",
            ha="right",
            fontsize=7,
            color=panels.GREY,
        )
        _scale(panel, min(low, 0.0), high or 1.0, rates)
    figure.supxlabel("mean prediction", fontsize=9)
    figure.supylabel("observed rate" if rates else "mean label", fontsize=9)
    return figure


def _mean_bins(runs: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Returns predicted, observed and count of each bin, `(3, bins)`."""
    return np.stack(
        [
            grouping.mean_and_deviation(
                grouping.table([run[key] for run in runs])
            )[0]
            for key in ("predicted", "observed", "count")
        ]
    )


def _draw(panel: Axes, bins: np.ndarray, rates: bool) -> None:
    predicted, observed, count = bins
    if rates:
        error = np.sqrt(observed * (1 - observed) / count)
        panel.errorbar(
            predicted,
            observed,
            yerr=[np.minimum(error, observed), error],
            fmt="none",
            ecolor=panels.COLORS[0],
            elinewidth=1,
        )
    panel.scatter(
        predicted,
        observed,
        s=28 * count / np.nanmean(count),
        color=panels.COLORS[0],
        zorder=3,
    )


def _range(count: np.ndarray) -> str:
    low, high = f"{count.min():,.0f}", f"{count.max():,.0f}"
    return low if low == high else f"{low} to {high}"


def _scale(panel: Axes, low: float, high: float, rates: bool) -> None:
    high = high * 1.08
    panel.plot([low, high], [low, high], color=panels.GREY, ls="--", lw=1)
    if rates:
        root = (np.sqrt, np.square)
        panel.set_xscale("function", functions=root)
        panel.set_yscale("function", functions=root)
        ticks = _root_ticks(high)
        panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        panel.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.set(xlim=(low, high), ylim=(low, high), box_aspect=1)


def _root_ticks(high: float) -> list[float]:
    """Returns round numbers that lie well apart on a root axis."""
    start = int(np.floor(np.log10(high))) - 3
    candidates = [
        step * 10.0**power
        for power in range(start, start + 5)
        for step in _STEPS
        if step * 10.0**power <= high
    ]
    ticks = [0.0]
    gap = 0.2 * np.sqrt(high)
    # From the top, so that the far end of the axis has a number.
    for tick in reversed(candidates):
        if all(abs(np.sqrt(tick) - np.sqrt(one)) >= gap for one in ticks):
            ticks.append(tick)
    return sorted(ticks)
