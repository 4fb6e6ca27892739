"""A model of the library, trained by `fit`."""

import dataclasses
import itertools
import math
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from tfmtl import optimizers
from tfmtl import training
from tfmtl.experiments import fitting
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.part import Part
from tfmtl.experiments.scores import dev_score
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.told_share import ToldShare
from tfmtl.experiments.trained import Trained
from tfmtl.experiments.two_stage import TwoStage
from tfmtl.features import Feature
from tfmtl.models import PIMM
from tfmtl.models import MultiTaskModel
from tfmtl.tasks import Task

Curriculum = training.LinearDecay | training.Constant


@dataclasses.dataclass(frozen=True)
class Network(Contender):
    """A model that is compiled with `LazyAdam` and trained by `fit`.

    Learning rates and the values of `grid` are tried in all combinations, and
    the one that is best on dev is taken: the sum of the AUCs of binary tasks,
    the sum of the losses of others.

    Args:
        name: What it is called in the table.
        make: Called with features, tasks and a seed; returns a model.
        curriculum: None, or the schedule of the model's `label_rate`.
        grid: Further arguments of `make` by name, each with values to try.
        two_stage: None for one stage of training, or how MAN has two.
        optimizer: Further arguments of `LazyAdam`.
        warmup_steps: None for a learning rate that stays; or in how many
            steps it rises, as by `tfmtl.optimizers.warmup_cosine`, to fall
            until the end of the last epoch that there may be.

    Raises:
        ValueError: If there are two stages, and a curriculum, arguments of
            the optimizer or a warm-up, or `warmup_steps` is negative.

    Example:

    >>> contender = Network(
    ...     "PIMM", ModelMaker(tfmtl.models.PIMM, {"tower_units": (64, 32)}),
    ...     tfmtl.training.LinearDecay(0.5, rate=0.25, floor=0.25))
    >>> contender.min_epochs
    2
    """

    make: ModelMaker
    curriculum: Curriculum | None = None
    grid: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    two_stage: TwoStage | None = None
    optimizer: Mapping[str, float] = dataclasses.field(default_factory=dict)
    warmup_steps: int | None = None

    def __post_init__(self) -> None:
        if self.curriculum is not None and self.two_stage is not None:
            raise ValueError(
                "A curriculum is of one stage; leave out one of the two. "
                f"Received: curriculum={self.curriculum!r}, "
                f"two_stage={self.two_stage!r}."
            )
        own = bool(self.optimizer) or self.warmup_steps is not None
        if own and self.two_stage is not None:
            raise ValueError(
                "Two stages have an optimizer of their own; leave out one of "
                f"the two. Received: optimizer={dict(self.optimizer)}, "
                f"warmup_steps={self.warmup_steps}, "
                f"two_stage={self.two_stage!r}."
            )
        if self.warmup_steps is not None and self.warmup_steps < 0:
            raise ValueError(
                "`warmup_steps` should not be negative; None is for a rate "
                f"that stays. Received: warmup_steps={self.warmup_steps}."
            )

    @property
    def min_epochs(self) -> int:
        """Epochs until one has been run at the floor of the curriculum."""
        return 1 if self.curriculum is None else self.curriculum.min_epochs

    def check(self, features: Sequence[Feature], tasks: Sequence[Task]) -> None:
        """Raises what the constructor of the model raises."""
        for options in self._grid_points():
            self.make(features, tasks, seed=0, **options)

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
        """Trains once for each point of the grid; returns the best on dev."""

        def outcomes() -> Iterator[Trained]:
            for rate, options in itertools.product(
                settings.learning_rates, self._grid_points()
            ):
                keras.utils.clear_session()
                keras.utils.set_random_seed(seed)
                model = self.make(features, tasks, seed=seed, **options)
                fit = (
                    self._fit if self.two_stage is None else self.two_stage.fit
                )
                history = fit(
                    model,
                    features,
                    train,
                    dev,
                    learning_rate=rate,
                    seed=seed,
                    settings=settings,
                )
                yield fitting.outcome(
                    model, features, dev, rate, options, history
                )

        return max(outcomes(), key=lambda trained: dev_score(trained.dev))

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        config: dict[str, Any] = {"name": self.name, **self.make.config()}
        if self.curriculum is not None:
            config["curriculum"] = dataclasses.asdict(self.curriculum)
        if self.grid:
            config["grid"] = {name: list(v) for name, v in self.grid.items()}
        if self.two_stage is not None:
            config["two_stage"] = dataclasses.asdict(self.two_stage)
        if self.optimizer:
            config["optimizer"] = dict(self.optimizer)
        if self.warmup_steps is not None:
            config["warmup_steps"] = self.warmup_steps
        return config

    def _grid_points(self) -> list[dict[str, Any]]:
        return [
            dict(zip(self.grid, values, strict=True))
            for values in itertools.product(*self.grid.values())
        ]

    def _fit(
        self,
        model: MultiTaskModel,
        features: Sequence[Feature],
        train: Part,
        dev: Part,
        *,
        learning_rate: float,
        seed: int,
        settings: Settings,
    ) -> dict[str, list[float]]:
        rate: Any = learning_rate
        if self.warmup_steps is not None:
            steps = math.ceil(len(train) / settings.batch_size)
            rate = optimizers.warmup_cosine(
                rate, steps * settings.epochs, self.warmup_steps
            )
        model.compile(optimizers.LazyAdam(rate, **self.optimizer))
        history: dict[str, list[float]] = model.fit(
            fitting.train_batches(features, train, settings.batch_size, seed),
            validation_data=fitting.whole_batches(features, dev),
            epochs=settings.epochs,
            callbacks=self._callbacks(model, len(train), settings),
            verbose=0,
        ).history
        return history

    def _callbacks(
        self, model: MultiTaskModel, rows: int, settings: Settings
    ) -> list[keras.callbacks.Callback]:
        callbacks: list[keras.callbacks.Callback] = []
        if self.curriculum is not None:
            callbacks.append(
                training.ScheduleVariable(model.label_rate, self.curriculum)
            )
        if isinstance(model, PIMM):
            callbacks.append(ToldShare(rows, settings.batch_size))
        stopping = fitting.early_stopping(
            model.tasks, settings, self.min_epochs
        )
        # The last one reads what the others put into the logs.
        return [*callbacks, stopping]
