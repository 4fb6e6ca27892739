"""What all contenders of a protocol are trained and tested on."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tfmtl.experiments import cells
from tfmtl.experiments import scores
from tfmtl.experiments.part import Part
from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.features import Feature
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True, eq=False)
class Data(ProtocolData):
    """Features, tasks, and rows in three parts.

    Training and every choice may look at `train` and `dev`; nothing but the
    last evaluation of a chosen model looks at `test`.

    Args:
        features: Features of the models.
        tasks: Tasks of the models, parents before children.
        train: Rows to learn from.
        dev: Rows to stop early and to choose by.
        test: Rows to judge by.
        description: What these rows are and how they were divided.
        best: Test metrics of the true probabilities, where these are known.
        groups: Rows of test, by the name of their group: each task is judged
            in each group, too, and the means over all are what counts. Test
            metrics in `best` are as of a run.

    Raises:
        ValueError: If a label of a binary task is the same in all rows of a
            part, so that no AUC can be computed there.
    """

    features: Sequence[Feature]
    tasks: Sequence[Task]
    train: Part
    dev: Part
    test: Part
    description: str
    best: Mapping[str, float] = dataclasses.field(default_factory=dict)
    groups: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [t.name for t in self.tasks if isinstance(t, BinaryTask)]
        for part in ("train", "dev", "test"):
            rows: Part = getattr(self, part)
            alike = [
                name for name in names if rows.positives[name] in (0, len(rows))
            ]
            if alike:
                raise ValueError(
                    f"Every label needs rows of both classes in {part}; take "
                    "more rows, or leave the task out. Received: "
                    f"rows={len(rows)}, positives={rows.positives}."
                )

    @property
    def metric_names(self) -> list[str]:
        """Names of the tasks' metrics."""
        metrics = [
            cells.metrics_of(task) if self.groups else task.metrics()
            for task in self.tasks
        ]
        return list(dict.fromkeys(m.name for each in metrics for m in each))

    def test_scores(
        self, predictions: Mapping[str, np.ndarray]
    ) -> dict[str, float]:
        """Returns the metrics of predictions of the test part.

        Args:
            predictions: `{task: (rows, 1)}`.
        """
        return {
            **scores.score(self.tasks, self.test, predictions),
            **cells.scores(self.tasks, self.test, predictions, self.groups),
        }

    def summary(self) -> dict[str, object]:
        """Returns what a reader of results should know of the data."""
        groups = {}
        if self.groups:
            sizes = {
                name: int(rows.sum()) for name, rows in self.groups.items()
            }
            groups = {"groups": sizes}
        return {
            "description": self.description,
            "features": len(self.features),
            "chosen_by": scores.criterion(self.tasks),
            "tasks": [task.name for task in self.tasks],
            "rows": {
                "train": len(self.train),
                "dev": len(self.dev),
                "test": len(self.test),
            },
            "positives": {
                "train": self.train.positives,
                "dev": self.dev.positives,
                "test": self.test.positives,
            },
            **groups,
        }
