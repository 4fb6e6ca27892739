"""How a model does when one of its settings is turned."""

import re
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels

_SETTING = re.compile(r"(\D+) ([0-9.]+)")


def settings_of(model: str) -> dict[str, float]:
    """Returns what a name such as `history 40, depth 3` says.

    Args:
        model: Name of a model.

    Returns:
        Values by setting; nothing where the name says no such thing.

    Example:

    >>> settings_of("history 40, depth 3")
    {'history': 40.0, 'depth': 3.0}
    >>> settings_of("CGC, tuned")
    {}
    """
    found = [_SETTING.fullmatch(part) for part in model.split(", ")]
    if not all(found):
        return {}
    return {each[1]: float(each[2]) for each in found if each}


def sensitivity(records: Sequence[grouping.Record], metric: str) -> Figure:
    """Draws a metric by each setting, the others being those of the first.

    Means over the seeds, whiskers of one standard deviation to either side.
    Settings are evenly spaced, the first model's own are marked.

    Args:
        records: Records of runs whose models are named by their settings.
        metric: Name of a metric of the test part.

    Raises:
        ValueError: If a model is not named so, or nothing is turned.

    Example:

    >>> runs = [{"model": f"depth {depth}", "seed": 0,
    ...          "metrics": {"test": {"clicks_nmae": 1 / depth}}}
    ...         for depth in (2, 1)]
    >>> figure = sensitivity(runs, "clicks_nmae")
    >>> figure.axes[0].lines[0].get_ydata().tolist()
    [1.0, 0.5]
    """
    models = grouping.by_model(records)
    settings = {name: settings_of(name) for name in models}
    curves = _curves(settings)
    figure, axes = panels.grid(
        len(curves), columns=3, width=3.2, height=2.6, sharex=False
    )
    for panel, (what, points) in zip(axes, curves.items(), strict=True):
        spread = [
            grouping.mean_and_deviation(
                np.array(
                    [
                        [grouping.test_metric(run, metric)]
                        for run in models[name]
                    ]
                )
            )
            for name in points.values()
        ]
        panel.errorbar(
            range(len(points)),
            [mean[0] for mean, _ in spread],
            yerr=[np.nan_to_num(each[0]) for _, each in spread],
            marker="o",
            capsize=2.5,
            color=panels.COLORS[0],
        )
        own = list(points).index(next(iter(settings.values()))[what])
        panel.axvline(own, color=panels.PALE, zorder=0, linewidth=6)
        panel.set_xticks(range(len(points)), [f"{value:g}" for value in points])
        panels.name_panel(panel, what)
    return figure


def _curves(
    settings: Mapping[str, Mapping[str, float]],
) -> dict[str, dict[float, str]]:
    """Returns the models along each setting, by its values in order."""
    first = next(iter(settings.values()), {})
    if not first or any(
        each.keys() != first.keys() for each in settings.values()
    ):
        raise ValueError(
            "Models should be named by their settings, all by the same: "
            f"'history 40, depth 3'. Received: models={list(settings)}."
        )
    curves = {}
    for what in first:
        rest = {key: value for key, value in first.items() if key != what}
        found = {
            each[what]: name
            for name, each in settings.items()
            if rest.items() <= each.items()
        }
        if len(found) > 1:
            curves[what] = dict(sorted(found.items()))
    return curves
