"""Which critics judge the users of which campaign."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def critic_weights(records: Sequence[grouping.Record]) -> Figure:
    """Draws the mean weights of critics by campaign, a panel for each seed.

    Critics have no order: the first one of a seed has nothing to do with the
    first one of another.

    Args:
        records: Records of runs of one model; those without critics are left
            out.

    Raises:
        ValueError: If no run has any.

    Example:

    >>> weights = {"tea": [0.25, 0.75], "ham": [0.5, 0.5]}
    >>> runs = [{"model": "MetaHeac", "seed": 0,
    ...          "pictures": {"critics": weights}}]
    >>> figure = critic_weights(runs)
    >>> figure.axes[0].images[0].get_array().data.tolist()
    [[0.25, 0.5], [0.75, 0.5]]
    """
    runs = grouping.with_picture(records, "critics")
    figure, axes = panels.grid(
        len(runs), 1, width=9.0, height=1.5, sharex=False, sharey=False
    )
    for panel, run in zip(axes, runs, strict=True):
        weights = run["pictures"]["critics"]
        matrix = np.transpose(list(weights.values()))
        critics = [str(number + 1) for number in range(len(matrix))]
        panels.heat(
            panel,
            matrix.tolist(),
            list(weights),
            critics,
            # Equal shares are in the middle of the colours.
            top=max(float(matrix.max()), 2 / len(matrix)),
        )
        panel.tick_params(axis="x", labelrotation=30)
        for label in panel.get_xticklabels():
            label.set_horizontalalignment("right")
        panels.name_panel(panel, f"seed {run['seed']}")
    figure.supylabel("critic", fontsize=9)
    return figure
