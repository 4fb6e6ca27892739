"""The labels of a batch as the losses and metrics take them."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl.layers.number_column import number_column


def label_columns(labels: Any, names: Sequence[str]) -> dict[str, tf.Tensor]:
    """Returns each task's labels as `(batch, 1)` float32.

    Args:
        labels: Dict by task name, `(batch,)` or `(batch, 1)` each.
        names: Names of the tasks.

    Raises:
        ValueError: If there is no dict, a task has no entry, or one that is
            known to have another shape.
    """
    if not isinstance(labels, Mapping):
        raise ValueError(
            f"Labels should be a dict with one entry per task, {list(names)}. "
            f"Received: {type(labels)}."
        )
    missing = [name for name in names if name not in labels]
    if missing:
        raise ValueError(
            f"Labels should have one entry per task, {list(names)}; add "
            f"{missing}. Received: {sorted(labels)}."
        )
    return {
        name: number_column(f"label {name!r}", labels[name]) for name in names
    }
