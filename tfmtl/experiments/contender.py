"""What can be compared: anything that learns and predicts."""

import abc
import dataclasses
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments.part import Part
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import Feature
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class Contender(abc.ABC):
    """One row of a table.

    Args:
        name: What it is called there.
    """

    name: str

    @property
    def min_epochs(self) -> int:
        """Epochs before training may stop early."""
        return 1

    @abc.abstractmethod
    def check(self, features: Sequence[Feature], tasks: Sequence[Task]) -> None:
        """Raises `ValueError` if it cannot take these features and tasks."""

    @abc.abstractmethod
    def train(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        train: Part,
        dev: Part,
        *,
        seed: int,
        settings: Settings,
    ) -> Trained:
        """Learns from `train`; chooses by `dev`, and by nothing else.

        Args:
            features: Features of the data.
            tasks: Tasks of the data.
            train: Rows to learn from.
            dev: Rows to stop early and to choose by.
            seed: Seed of weights, order of the rows and draws.
            settings: What training has in common for all.
        """

    @abc.abstractmethod
    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
