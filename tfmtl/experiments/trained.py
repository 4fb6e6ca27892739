"""A model after training, and what is kept of its training."""

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmtl.experiments.part import Part


@dataclasses.dataclass(frozen=True, eq=False)
class Trained:
    """What a contender hands back.

    Args:
        predict: Returns `{task: (rows, 1)}` for the inputs of a part.
        dev: Metrics on dev, by which it was chosen.
        learning_rate: Learning rate that was chosen.
        options: Further options that were chosen.
        history: Logs of each epoch by name.
        pictures: Data of pictures by kind, from dev.
    """

    predict: Callable[[Part], Mapping[str, np.ndarray]]
    dev: Mapping[str, float]
    learning_rate: float
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    history: Mapping[str, list[float]] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Any] = dataclasses.field(default_factory=dict)
