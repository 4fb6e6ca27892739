"""What is compared on what: data, models, seeds, metrics."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.run import file_name
from tfmtl.experiments.settings import Settings


@dataclasses.dataclass(frozen=True)
class Protocol:
    """A table to be made: every contender, trained on every seed.

    Args:
        name: Name of the protocol.
        title: Heading of its table.
        data: What the contenders are trained and tested on.
        contenders: The rows of the table.
        baselines: Names of the contenders that the others are held against;
            the best of them, for each column apart.
        settings: What training has in common for all.
        seeds: Seeds of weights, order and draws; of synthetic data, too.
        metrics: Columns of the table, for each task.

    Raises:
        ValueError: If names or seeds repeat, there are fewer than two seeds,
            a baseline is no contender, or a curriculum would not end.
    """

    name: str
    title: str
    data: Preset
    contenders: tuple[Entrant, ...]
    baselines: tuple[str, ...]
    settings: Settings
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    metrics: tuple[str, ...] = ("auc",)

    def __post_init__(self) -> None:
        self._check_seeds()
        self._check_names()
        for contender in self.contenders:
            if contender.min_epochs > self.settings.epochs:
                raise ValueError(
                    f"The curriculum of {contender.name!r} ends after "
                    f"{contender.min_epochs} epochs; raise `epochs`. "
                    f"Received: epochs={self.settings.epochs}."
                )

    def config(self) -> dict[str, Any]:
        """Returns the protocol as it stands in a protocol file."""
        return {
            "name": self.name,
            "title": self.title,
            "data": self.data.config(),
            "models": [each.config() for each in self.contenders],
            "baselines": list(self.baselines),
            "settings": {
                **dataclasses.asdict(self.settings),
                "learning_rates": list(self.settings.learning_rates),
            },
            "seeds": list(self.seeds),
            "metrics": list(self.metrics),
        }

    def only(self, names: Sequence[str]) -> "Protocol":
        """Returns the protocol with some of its contenders.

        Args:
            names: Names of the contenders to keep.

        Raises:
            ValueError: If one is not a contender, or no baseline is left.
        """
        known = [each.name for each in self.contenders]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(
                f"The models of {self.name} are {known}. Received: {unknown}."
            )
        return dataclasses.replace(
            self,
            contenders=tuple(c for c in self.contenders if c.name in names),
            baselines=tuple(name for name in self.baselines if name in names),
        )

    def _check_seeds(self) -> None:
        whole = all(type(seed) is int and seed >= 0 for seed in self.seeds)
        if not whole or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(
                "Every seed should be a whole number from 0 on, and stand "
                "there once: a run that is counted twice makes the deviation "
                f"too small. Received: seeds={list(self.seeds)}."
            )
        if len(self.seeds) < 2:
            raise ValueError(
                "A table with deviations needs at least 2 seeds; the papers "
                f"have 5. Received: seeds={list(self.seeds)}."
            )

    def _check_names(self) -> None:
        names = [each.name for each in self.contenders]
        if len({file_name(name, 0) for name in names}) < len(names):
            raise ValueError(
                "Every model should have a name of its own, different in "
                f"letters and digits. Received: models={names}."
            )
        strangers = [name for name in self.baselines if name not in names]
        if strangers or not self.baselines:
            raise ValueError(
                "`baselines` should name one or more of the models, to hold "
                f"the others against. Received: models={names}, "
                f"baselines={list(self.baselines)}."
            )
        if not self.metrics:
            raise ValueError(
                "A table needs at least one metric, such as 'auc'. "
                "Received: metrics=[]."
            )
