"""Where the campaigns lie that a model has learned or is to learn."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def representations(records: Sequence[grouping.Record]) -> Figure:
    """Draws a point for each campaign, a panel for each seed.

    Points are coloured by the kind of campaign, as far as there are colours;
    the kinds with the fewest campaigns are grey.

    Args:
        records: Records of runs of one model; those without such points are
            left out.

    Raises:
        ValueError: If no run has any.

    Example:

    >>> plane = {"points": [[0.0, 1.0], [2.0, 3.0]], "groups": ["a", "b"]}
    >>> runs = [{"model": "MetaHeac", "seed": 0,
    ...          "pictures": {"representations": plane}}]
    >>> len(representations(runs).axes[0].collections)
    2
    """
    runs = grouping.with_picture(records, "representations")
    figure, axes = panels.grid(
        len(runs), 3, width=3.2, height=3.0, sharex=False, sharey=False
    )
    groups = Counter(
        group for run in runs for group in _plane(run)["groups"]
    ).most_common(len(panels.COLORS))
    colors = dict(
        zip((name for name, _ in groups), panels.COLORS, strict=False)
    )
    for number, (panel, run) in enumerate(zip(axes, runs, strict=True)):
        points = np.asarray(_plane(run)["points"])
        names = np.asarray(_plane(run)["groups"])
        is_rest = ~np.isin(names, list(colors))
        kinds = {"others": (is_rest, panels.GREY)} if is_rest.any() else {}
        kinds |= {k: (names == k, color) for k, color in colors.items()}
        for name, (chosen, color) in kinds.items():
            panel.scatter(
                points[chosen, 0],
                points[chosen, 1],
                s=14,
                color=color,
                label=None if number else panels.plain(name, 24),
            )
        panel.set_xticks([])
        panel.set_yticks([])
        panels.name_panel(panel, f"seed {run['seed']}")
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def _plane(run: grouping.Record) -> dict[str, list]:
    found: dict[str, list] = run["pictures"]["representations"]
    return found
