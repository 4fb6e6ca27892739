"""One contender, trained on one seed and tested."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Run:
    """What is kept of it, as it stands in its JSON file.

    Args:
        model: Name of the contender.
        seed: Seed of weights, order and draws; of synthetic data, too.
        data: Name of the preset.
        metrics: `{"dev": {...}, "test": {...}}`, each `{task}_{metric}`.
        history: Logs of each epoch by name.
        learning_rate: Learning rate that was chosen on dev, if there is one.
        options: Further options that were chosen on dev.
        seconds: Wall time of training, choice and test.
        cpu_seconds: CPU time of the same.
        pictures: Data of pictures by kind.
        best: Test metrics of the true probabilities, where these are known.
    """

    model: str
    seed: int
    data: str
    metrics: Mapping[str, Mapping[str, float]]
    history: Mapping[str, list[float]]
    learning_rate: float | None
    options: Mapping[str, Any]
    seconds: float
    cpu_seconds: float
    pictures: Mapping[str, Any]
    best: Mapping[str, float]

    @property
    def epochs(self) -> int:
        """Number of epochs trained, 0 for what has none."""
        return len(self.history.get("loss", ()))


def file_name(model: str, seed: int) -> str:
    """Returns the name of a run's file.

    Args:
        model: Name of the contender.
        seed: Seed of the run.

    Example:

    >>> file_name("PIMM, p = 0", 3)
    'PIMM_p_0--3.json'
    """
    return f"{re.sub('[^A-Za-z0-9.-]+', '_', model)}--{seed}.json"
