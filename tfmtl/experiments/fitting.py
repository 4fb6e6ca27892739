"""What trainings of networks have in common."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfmtl import training
from tfmtl.datasets.batches import batches
from tfmtl.experiments import pictures
from tfmtl.experiments.part import Part
from tfmtl.experiments.scores import monitor
from tfmtl.experiments.scores import score
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trained import Trained
from tfmtl.features import Feature
from tfmtl.features import pack
from tfmtl.models import MultiTaskModel
from tfmtl.tasks import Task

_PREDICT_ROWS = 16_384


def train_batches(
    features: Sequence[Feature],
    part: Part,
    batch_size: int,
    seed: int,
    drop_remainder: bool = False,
) -> tf.data.Dataset:
    """Returns the rows to train on, in another order each epoch.

    Args:
        features: Features of the data.
        part: The rows.
        batch_size: Rows a batch.
        seed: The start of the sequence of orders.
        drop_remainder: Whether to leave out a last batch that is not full.
    """
    return batches(
        pack(features, part.x),
        part.y,
        batch_size,
        seed=seed,
        drop_remainder=drop_remainder,
    )


def whole_batches(features: Sequence[Feature], part: Part) -> tf.data.Dataset:
    """Returns rows in their own order, in batches to predict.

    Args:
        features: Features of the data.
        part: The rows.
    """
    return batches(pack(features, part.x), part.y, _PREDICT_ROWS, shuffle=False)


def early_stopping(
    tasks: Sequence[Task], settings: Settings, min_epochs: int
) -> training.EarlyStopping:
    """Returns what stops training and restores the best epoch on dev.

    Args:
        tasks: Tasks of the model; they say what is best.
        settings: Says after how many epochs.
        min_epochs: Epochs before training may stop.
    """
    log, mode = monitor(tasks)
    return training.EarlyStopping(
        log,
        min_epochs,
        mode=mode,
        patience=settings.patience,
        restore_best_weights=True,
    )


def predict(
    model: MultiTaskModel, features: Sequence[Feature], part: Part
) -> dict[str, np.ndarray]:
    """Returns `{task: (rows, 1)}`, and what else the model puts out.

    Args:
        model: A trained model.
        features: Features of the data.
        part: The rows; only the inputs are looked at.
    """
    # Called as it is: `predict` would trace a function anew for each model.
    outputs = [
        {name: np.asarray(y) for name, y in model(x, training=False).items()}
        for x, _ in whole_batches(features, part)
    ]
    return {
        name: np.concatenate([each[name] for each in outputs])
        for name in outputs[0]
    }


def outcome(
    model: MultiTaskModel,
    features: Sequence[Feature],
    dev: Part,
    learning_rate: float,
    options: Mapping[str, Any],
    history: Mapping[str, list[float]],
) -> Trained:
    """Returns a trained model as the runner takes it.

    Args:
        model: A trained model.
        features: Features of the data.
        dev: Rows to choose by.
        learning_rate: What it was trained with.
        options: What its maker was given beside.
        history: Logs of each epoch by name.
    """
    return Trained(
        predict=lambda part: predict(model, features, part),
        dev=score(model.tasks, dev, predict(model, features, dev)),
        learning_rate=learning_rate,
        options=options,
        history={name: list(map(float, v)) for name, v in history.items()},
        pictures=pictures.of_model(model, pack(features, dev.x), history),
    )
