"""What the attention of a model looks at, on average."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels


def attention_maps(records: Sequence[grouping.Record]) -> Figure:
    """Draws the mean attention maps of one model, a panel for each.

    A map is the mean over rows and seeds. Maps of one row, such as the two
    weights with which a task of AITM takes its own state and the state before
    it, are the rows of one panel.

    Args:
        records: Records of runs of one model; those without maps are left
            out.

    Raises:
        ValueError: If no run has maps.

    Example:

    >>> runs = [{"model": "AITM", "pictures": {
    ...     "attention": {"buy": [0.25, 0.75]}}}]
    >>> figure = attention_maps(runs)
    >>> figure.axes[0].images[0].get_array().data.tolist()
    [[0.25, 0.75]]
    """
    maps = _mean_maps(grouping.with_picture(records, "attention"))
    figure, axes = panels.grid(
        len(maps),
        columns=3,
        width=3.4,
        height=max((0.3 * len(rows) for _, rows in maps.values()), default=0)
        + 1.1,
        sharex=False,
        sharey=False,
    )
    for panel, (name, (matrix, rows)) in zip(axes, maps.items(), strict=True):
        panels.heat(
            panel,
            matrix.tolist(),
            [str(number + 1) for number in range(matrix.shape[1])],
            rows,
            # Equal shares are in the middle of the colours.
            top=max(np.nanmax(matrix), 2 / matrix.shape[1]),
        )
        panels.name_panel(panel, name)
    return figure


def _mean_maps(
    runs: Sequence[grouping.Record],
) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Returns the matrix and the names of the rows of each panel."""
    flat: dict[int, dict[str, np.ndarray]] = {}
    maps = {}
    for name in runs[0]["pictures"]["attention"] if runs else ():
        own = [run["pictures"]["attention"][name] for run in runs]
        mean = np.mean(np.asarray(own, np.float64), axis=0)
        if mean.ndim == 1:
            flat.setdefault(len(mean), {})[name] = mean
        else:
            matrix = mean.reshape(-1, mean.shape[-1])
            maps[name] = matrix, [str(n + 1) for n in range(len(matrix))]
    for width, rows in flat.items():
        maps[f"weights of {width} inputs"] = (
            np.stack(list(rows.values())),
            list(rows),
        )
    return maps
