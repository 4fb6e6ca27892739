"""How much of each expert the gates of the tasks take."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.figures import panels

_MEAN = "all tasks"


@dataclasses.dataclass(frozen=True)
class UnusedExpert:
    """An expert that a run's gates leave out.

    Args:
        model: Name of the model.
        seed: Seed of the run.
        expert: Number of the expert, from 1.
        weight: The largest mean weight that a task gives it.
    """

    model: str
    seed: int
    expert: int
    weight: float


def gate_weights(records: Sequence[grouping.Record]) -> Figure:
    """Draws the mean gate weights of one model, a panel for each seed.

    Experts have no order: the first one of a seed has nothing to do with the
    first one of another, so that seeds are never averaged. A cell is empty
    where a task's gate has no access to an expert. The last row is the mean
    over the tasks, how much the expert is used at all.

    Args:
        records: Records of runs of one model; those without gates are left
            out.

    Raises:
        ValueError: If no run has gates.

    Example:

    >>> runs = [{"model": "MMoE", "seed": 3, "pictures": {
    ...     "gates": {"click": [0.5, 0.5], "buy": [0.9, 0.1]}}}]
    >>> figure = gate_weights(runs)
    >>> figure.axes[0].images[0].get_array().data.round(2).tolist()
    [[0.5, 0.5], [0.9, 0.1], [0.7, 0.3]]
    """
    runs = grouping.with_picture(records, "gates")
    tasks = len(runs[0]["pictures"]["gates"]) if runs else 0
    experts = max((_matrix(run).shape[1] for run in runs), default=0)
    figure, axes = panels.grid(
        len(runs),
        columns=3 if experts <= 8 else 2,
        width=min(1.6 + 0.34 * experts, 4.6),
        height=0.9 + 0.3 * tasks,
    )
    for panel, run in zip(axes, runs, strict=True):
        matrix = _matrix(run)
        used = np.nan_to_num(matrix).mean(axis=0)
        whole = np.vstack([matrix, used])
        panels.heat(
            panel,
            whole.tolist(),
            [str(number + 1) for number in range(matrix.shape[1])],
            [*run["pictures"]["gates"], _MEAN],
            # Equal shares are in the middle of the colours.
            top=max(np.nanmax(whole), 2 / np.isfinite(matrix[0]).sum()),
        )
        panel.axhline(len(matrix) - 0.5, color="white", linewidth=3)
        panels.name_panel(panel, f"seed {run['seed']}")
    figure.supxlabel("expert", fontsize=9)
    return figure


def unused_experts(
    records: Sequence[grouping.Record], below: float = 0.1
) -> list[UnusedExpert]:
    """Returns the experts that no task of a run uses.

    Args:
        records: Records of runs of any models.
        below: An expert is unused if no task gives it, on average, this part
            of an equal share: 0.1 of four experts is a weight of 0.025.

    Example:

    >>> runs = [{"model": "MMoE", "seed": 0, "pictures": {
    ...     "gates": {"click": [0.99, 0.01]}}}]
    >>> unused_experts(runs)
    [UnusedExpert(model='MMoE', seed=0, expert=2, weight=0.01)]
    """
    unused = []
    for run in grouping.with_picture(records, "gates"):
        matrix = _matrix(run)
        equal = 1 / np.isfinite(matrix).sum(axis=1, keepdims=True)
        too_little = ~(matrix >= below * equal)  # also where it has no access
        for expert in np.flatnonzero(too_little.all(axis=0)):
            weight = float(np.nan_to_num(matrix[:, expert]).max())
            unused.append(
                UnusedExpert(run["model"], run["seed"], int(expert) + 1, weight)
            )
    return unused


def _matrix(run: grouping.Record) -> np.ndarray:
    return grouping.table(list(run["pictures"]["gates"].values()))
