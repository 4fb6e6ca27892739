"""How general models are trained and new ones begin, for all methods."""

from typing import Any

from tfmtl import optimizers
from tfmtl.datasets.batches import batches
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.population import Packed
from tfmtl.experiments.settings import Settings

UNITS = (64, 64)


def fit(
    model: Any,
    inputs: Packed,
    labels: Any,
    learning_rate: float,
    settings: Settings,
    seed: int,
    epochs: int = 1,
) -> None:
    """Trains a model on the mixed rows of all campaigns.

    Args:
        model: A `MultiTaskModel`.
        inputs: Its inputs.
        labels: `(rows, 1)`.
        learning_rate: Learning rate of `LazyAdam`.
        settings: Has the rows of a batch.
        seed: Seed of the order of the rows.
        epochs: How often they are gone through.
    """
    model.compile(optimizers.LazyAdam(learning_rate))
    rows = batches(inputs, {TASK.name: labels}, settings.batch_size, seed=seed)
    model.fit(rows, epochs=epochs, verbose=0)
