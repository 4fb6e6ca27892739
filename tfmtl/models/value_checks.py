"""Numbers in arrays that a model can neither learn nor predict from.

Tensors and datasets pass: to look at them would take a run over all rows.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmtl.features import NUMBERS
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.tasks import Task


def check_numbers(features: Sequence[Feature], inputs: Any) -> None:
    """Refuses numbers that are not finite: a ReLU may turn NaN into 0.

    Args:
        features: Features of the model.
        inputs: Columns by name or packed, if arrays.

    Raises:
        ValueError: If one is NaN or infinite.
    """
    names = [f.name for f in features if isinstance(f, NumericFeature)]
    for name, column in _arrays(inputs, [*names, NUMBERS]):
        place = _first(~np.isfinite(column))
        if place is not None:
            name = names[place[1]] if name == NUMBERS else name
            raise ValueError(
                f"Numbers of feature {name!r} should be finite; fill what is "
                "missing, by 0 or a mean, say. "
                f"Received: {column[place]} in row {place[0]}."
            )


def check_labels(tasks: Sequence[Task], labels: Any) -> None:
    """Refuses labels that their task cannot learn from or be judged by.

    Args:
        tasks: Tasks of the model.
        labels: Labels by task, if arrays.

    Raises:
        ValueError: If a task does not allow one.
    """
    allows = {task.name: task.allows for task in tasks}
    values = {task.name: task.label_values for task in tasks}
    for name, column in _arrays(labels, allows):
        place = _first(~allows[name](column))
        if place is not None:
            raise ValueError(
                f"Labels of task {name!r} should be {values[name]}; map the "
                "others, drop their rows, or take another kind of task. "
                f"Received: {column[place]} in row {place[0]}."
            )


def check_row_weights(tasks: Sequence[Task], weight: Any) -> None:
    """Refuses weights of rows that are negative or not finite.

    Args:
        tasks: Tasks of the model.
        weight: None, one weight per row, or a dict of these by task.

    Raises:
        ValueError: If one is negative, NaN or infinite.
    """
    if not isinstance(weight, Mapping):
        weight = {"all tasks": weight}
    for name, column in _arrays(weight, weight):
        place = _first(~((column >= 0) & np.isfinite(column)))
        if place is not None:
            raise ValueError(
                "`sample_weight` should be finite and not negative; a row of "
                f"weight 0 does not count. Received: {column[place]} in row "
                f"{place[0]}, for {name}."
            )


def _arrays(columns: Any, names: Any) -> list[tuple[str, np.ndarray]]:
    """Returns the columns of these names that are arrays of numbers."""
    if not isinstance(columns, Mapping):
        return []
    dtypes = {name: getattr(columns.get(name), "dtype", None) for name in names}
    return [
        (name, np.asarray(columns[name]))
        for name, dtype in dtypes.items()
        if isinstance(dtype, np.dtype) and dtype.kind in "biuf"
    ]


def _first(bad: np.ndarray) -> tuple[int, ...] | None:
    """Returns the place of the first that is bad, row first."""
    if not bad.any():
        return None
    return tuple(int(i) for i in np.argwhere(bad)[0])
