"""MAN's training: meta-learning first, then the top alone."""

import dataclasses
from collections.abc import Sequence

from tfmtl import optimizers
from tfmtl import training
from tfmtl.experiments import fitting
from tfmtl.experiments.part import Part
from tfmtl.experiments.settings import Settings
from tfmtl.features import Feature
from tfmtl.models import MultiTaskModel


@dataclasses.dataclass(frozen=True)
class TwoStage:
    """How `tfmtl.training.two_stage_fit` is called; epochs are of a stage.

    Args:
        inner_learning_rate: Length of the inner step of the meta-learning.
        episodes: Mini-batches, each halved, of one step of it.
        hold_bottom: Whether the second stage leaves `model.bottom_layers` as
            they are.

    Raises:
        ValueError: If a number is not positive.
    """

    inner_learning_rate: float = 1e-3
    episodes: int = 2
    hold_bottom: bool = True

    def __post_init__(self) -> None:
        for name in ("inner_learning_rate", "episodes"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"`{name}` should be positive. "
                    f"Received: {name}={getattr(self, name)!r}."
                )

    def fit(
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
        """Trains a model; returns the logs of both stages, one after another.

        Args:
            model: The model, with `bottom_layers` if these are to be held.
            features: Features of the data.
            train: Rows to learn from.
            dev: Rows to stop early by.
            learning_rate: Learning rate of both stages.
            seed: Seed of the order of the rows.
            settings: What training has in common for all.
        """
        data = fitting.train_batches(
            features, train, settings.batch_size, seed, drop_remainder=True
        )
        histories = training.two_stage_fit(
            model,
            training.episodes(data, self.episodes),
            data,
            fitting.whole_batches(features, dev),
            make_optimizer=lambda: optimizers.LazyAdam(learning_rate),
            inner_learning_rate=self.inner_learning_rate,
            frozen=None if self.hold_bottom else (),
            epochs=settings.epochs,
            patience=settings.patience,
            verbose=0,
        )
        logs: dict[str, list[float]] = {}
        for history in histories:
            for name, values in history.history.items():
                logs.setdefault(name, []).extend(values)
        return logs
