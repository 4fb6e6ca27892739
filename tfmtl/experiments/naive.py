"""A forecast that needs no model."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmtl.experiments.contender import Contender
from tfmtl.experiments.part import Part
from tfmtl.experiments.scores import score
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import Feature
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class Naive(Contender):
    """Says what the data say that one would say without a model.

    Data of forecasts bring such columns beside those of the features, see
    `columns`.

    Args:
        name: Name of the forecast, and of the row of the table.

    Example:

    >>> Naive.columns({"last week": {"clicks": np.array([3.0])}})
    {'last week: clicks': array([3.])}
    """

    @staticmethod
    def columns(
        forecasts: Mapping[str, Mapping[str, np.ndarray]],
    ) -> dict[str, np.ndarray]:
        """Returns the columns that a part should have among its inputs.

        Args:
            forecasts: `{name: {task: (rows,)}}`.
        """
        return {
            f"{name}: {task}": values
            for name, by_task in forecasts.items()
            for task, values in by_task.items()
        }

    def check(self, features: Sequence[Feature], tasks: Sequence[Task]) -> None:
        """Takes anything; whether the columns are there, `train` finds out."""

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
        """Learns nothing."""

        def predict(part: Part) -> dict[str, np.ndarray]:
            names = {task.name: f"{self.name}: {task.name}" for task in tasks}
            missing = [each for each in names.values() if each not in part.x]
            if missing:
                raise ValueError(
                    "The data should bring the forecast among their inputs, "
                    "as those of advertisers do; leave the model out for "
                    f"others. Received: model={self.name!r}, "
                    f"missing={missing}."
                )
            return {
                task: np.reshape(part.x[name], [-1, 1]).astype(np.float32)
                for task, name in names.items()
            }

        return Trained(
            predict, dev=score(tasks, dev, predict(dev)), learning_rate=0.0
        )

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        return {"name": self.name, "model": "Naive"}
