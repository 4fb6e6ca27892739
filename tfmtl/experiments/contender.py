"""What can be compared on rows: anything that learns and predicts."""

import abc
import dataclasses
import time
from collections.abc import Sequence

from tfmtl.experiments import pictures
from tfmtl.experiments.data import Data
from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.part import Part
from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.experiments.run import Run
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import Feature
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class Contender(Entrant):
    """One row of a table of models that are tested on rows.

    Args:
        name: What it is called there.
    """

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

    def check_data(self, data: ProtocolData) -> None:
        """Raises `ValueError` if it cannot take these data."""
        data = _rows_of(data)
        self.check(data.features, data.tasks)

    def run(
        self, data: ProtocolData, *, preset: str, settings: Settings, seed: int
    ) -> Run:
        """Trains on train and dev, and tests what came of it on test."""
        data = _rows_of(data)
        start, cpu_start = time.monotonic(), time.process_time()
        trained = self.train(
            data.features,
            data.tasks,
            data.train,
            data.dev,
            seed=seed,
            settings=settings,
        )
        predictions = trained.predict(data.test)
        return Run(
            model=self.name,
            seed=seed,
            data=preset,
            metrics={
                "dev": dict(trained.dev),
                "test": data.test_scores(predictions),
            },
            history=dict(trained.history),
            learning_rate=trained.learning_rate,
            options=dict(trained.options),
            seconds=time.monotonic() - start,
            cpu_seconds=time.process_time() - cpu_start,
            pictures={
                "calibration": pictures.calibration(
                    [t for t in data.tasks if isinstance(t, BinaryTask)],
                    data.test.y,
                    predictions,
                ),
                **trained.pictures,
            },
            best=dict(data.best),
        )


def _rows_of(data: ProtocolData) -> Data:
    if not isinstance(data, Data):
        raise ValueError(
            "It learns tasks of rows; take data such as `--data synthetic` or "
            f"complete_journey. Received: {type(data).__name__}."
        )
    return data
