"""How much each model differs from the one it is held against."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def differences(
    records: Sequence[grouping.Record],
    metrics: Sequence[str],
    reference: str,
) -> Figure:
    """Draws the mean difference of each model to a reference, as bars.

    Seeds are paired: a bar is the mean over the seeds that both have of
    `model - reference`, its whisker one standard deviation of these
    differences to either side. A model without a seed in common with the
    reference has no bar.

    Args:
        records: Records of runs.
        metrics: Names of metrics of the test part, a panel for each.
        reference: Name of the model to compare with; of an ablation, the
            whole model.

    Raises:
        ValueError: If there are no runs of the reference.

    Example:

    >>> runs = [
    ...     {"model": name, "seed": 0, "metrics": {"test": {"buy_auc": auc}}}
    ...     for name, auc in [("whole", 0.75), ("part", 0.5)]
    ... ]
    >>> figure = differences(runs, ["buy_auc"], "whole")
    >>> figure.axes[0].patches[0].get_width()
    -0.25
    """
    models = grouping.by_model(records)
    if reference not in models:
        raise ValueError(
            "`reference` should be a model that has been run. "
            f"Received: reference={reference!r}, models={list(models)}."
        )
    others = [name for name in models if name != reference]
    figure, axes = panels.grid(
        len(metrics),
        columns=3,
        width=3.3,
        height=0.8 + 0.27 * len(others),
        sharex=False,
    )
    for panel, metric in zip(axes, metrics, strict=True):
        pairs = [
            paired(models[name], models[reference], metric) for name in others
        ]
        _draw(panel, pairs)
        panels.name_panel(panel, metric)
    axes[0].set_yticks(
        range(len(others)), [panels.plain(name, 26) for name in others]
    )
    if others:
        axes[0].set_ylim(len(others) - 0.4, -0.6)
    figure.supxlabel(
        f"difference to {panels.plain(reference)}, paired by seed", fontsize=9
    )
    return figure


def paired(
    records: Sequence[grouping.Record],
    reference: Sequence[grouping.Record],
    metric: str,
) -> np.ndarray:
    """Returns the differences in a metric, one for each seed in common."""
    base = {
        record["seed"]: grouping.test_metric(record, metric)
        for record in reference
    }
    gaps = [
        grouping.test_metric(record, metric) - base[record["seed"]]
        for record in records
        if record["seed"] in base
    ]
    return np.array([gap for gap in gaps if np.isfinite(gap)])


def _draw(panel: Axes, pairs: Sequence[np.ndarray]) -> None:
    means = [float(pair.mean()) if len(pair) else np.nan for pair in pairs]
    spread = [float(pair.std(ddof=1)) if len(pair) > 1 else 0 for pair in pairs]
    places = range(len(pairs))
    colors = [panels.COLORS[mean < 0] for mean in means]
    panel.barh(places, means, color=colors, height=0.62)
    panel.errorbar(
        means,
        places,
        xerr=spread,
        fmt="none",
        ecolor="black",
        elinewidth=1.2,
        capsize=2.5,
    )
    panel.axvline(0, color=panels.GREY, linewidth=1)
    panel.grid(axis="y", visible=False)
    panel.locator_params(axis="x", nbins=5)
