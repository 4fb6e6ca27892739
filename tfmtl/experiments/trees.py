"""LightGBM, one model per task, under the same protocol as networks."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.datasets.table_encoder import BUCKET
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.part import Part
from tfmtl.experiments.scores import score
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class Trees(Contender):
    """One LightGBM classifier per task on the same columns and rows.

    Ids are categories; the buckets of a number that is there itself are left
    out, for trees cut numbers where they want. Fitted on train, stopped early
    by the task's AUC on dev. Batch size, epochs and learning rates of the
    settings are those of networks, and do not count.

    Args:
        name: What it is called in the table.
        rounds: The most trees of a task.
        learning_rate: Weight of a tree.
        patience: Trees without a better AUC on dev before it stops.
    """

    name: str = "LightGBM"
    rounds: int = 500
    learning_rate: float = 0.05
    patience: int = 30

    def check(self, features: Sequence[Feature], tasks: Sequence[Task]) -> None:
        """Refuses what is not a table of ids and numbers, and other labels."""
        from tfmtl.experiments import boosted_trees  # noqa: F401  (is it there)

        lists = [f.name for f in features if not _is_single(f)]
        if lists:
            raise ValueError(
                f"{self.name} takes one id or number a row for each feature; "
                f"leave out those that hold several. Received: {lists}."
            )
        others = [t.name for t in tasks if not _is_plain_binary(t)]
        if others:
            raise ValueError(
                f"{self.name} takes binary tasks that are learned on all rows; "
                f"leave the others out. Received: {others}."
            )

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
        """Fits a classifier for each task."""
        from tfmtl.experiments import boosted_trees  # LightGBM is an extra

        inputs, dev_inputs = (_table(features, part.x) for part in (train, dev))
        models = {
            task.name: boosted_trees.fit_trees(
                inputs,
                train.y[task.name][:, 0],
                dev_inputs,
                dev.y[task.name][:, 0],
                seed=seed,
                rounds=self.rounds,
                learning_rate=self.learning_rate,
                patience=self.patience,
            )
            for task in tasks
        }

        def predict(part: Part) -> dict[str, np.ndarray]:
            table = _table(features, part.x)
            return {
                name: boosted_trees.probability(model, table)[:, np.newaxis]
                for name, model in models.items()
            }

        return Trained(
            predict,
            dev=score(tasks, dev, predict(dev)),
            learning_rate=self.learning_rate,
        )

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        options = dataclasses.asdict(self)
        name = options.pop("name")
        return {"name": name, "model": "LightGBM", "options": options}


def _is_single(feature: Feature) -> bool:
    if isinstance(feature, CategoricalFeature):
        return feature.max_length is None
    return isinstance(feature, NumericFeature)


def _is_plain_binary(task: Task) -> bool:
    return isinstance(task, BinaryTask) and task.sample_space is None


def _table(
    features: Sequence[Feature], columns: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    buckets = {
        BUCKET.format(feature.name)
        for feature in features
        if isinstance(feature, NumericFeature)
    }
    table = {}
    for feature in features:
        column = np.ravel(columns[feature.name])
        if isinstance(feature, NumericFeature):
            table[feature.name] = column
        elif feature.name not in buckets:
            kind = pd.CategoricalDtype(np.arange(feature.vocabulary_size))
            table[feature.name] = pd.Categorical.from_codes(column, dtype=kind)
    return pd.DataFrame(table)
