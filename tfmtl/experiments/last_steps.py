"""A contender that is told less of the past."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments.contender import Contender
from tfmtl.experiments.part import Part
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import Feature
from tfmtl.features import SequenceFeature
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class LastSteps(Contender):
    """Hands the last steps of every sequence to another contender.

    Args:
        name: What it is called in the table.
        contender: What is trained.
        steps: Number of steps that are left of a sequence.

    Raises:
        ValueError: If `steps` is not positive, and by `check`, if a sequence
            is shorter.
    """

    contender: Contender
    steps: int

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(
                "`steps` should be at least 1; leave sequences out otherwise. "
                f"Received: steps={self.steps!r}."
            )

    @property
    def min_epochs(self) -> int:
        """Those of the contender."""
        return self.contender.min_epochs

    def check(self, features: Sequence[Feature], tasks: Sequence[Task]) -> None:
        """Refuses sequences that are shorter, and what the contender does."""
        self.contender.check(self._features(features), tasks)

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
        """Trains the contender on shorter sequences."""

        def short(part: Part) -> Part:
            x = dict(part.x)
            for name in _lengths(features):
                x[name] = part.x[name][:, -self.steps :]
            return Part(x, part.y)

        trained = self.contender.train(
            self._features(features),
            tasks,
            short(train),
            short(dev),
            seed=seed,
            settings=settings,
        )
        return dataclasses.replace(
            trained, predict=lambda part: trained.predict(short(part))
        )

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        config = self.contender.config()
        return {**config, "name": self.name, "last_steps": self.steps}

    def _features(self, features: Sequence[Feature]) -> list[Feature]:
        lengths = _lengths(features)
        short = {k: v for k, v in lengths.items() if v < self.steps}
        if short:
            raise ValueError(
                "A sequence should have as many steps as are wanted of it, or "
                f"more; take fewer. Received: steps={self.steps}, "
                f"lengths={short}."
            )
        return [
            dataclasses.replace(each, length=self.steps)
            if isinstance(each, SequenceFeature)
            else each
            for each in features
        ]


def _lengths(features: Sequence[Feature]) -> dict[str, int]:
    return {
        each.name: each.length
        for each in features
        if isinstance(each, SequenceFeature)
    }
