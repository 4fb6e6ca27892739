"""One model on one seed of the planted funnel, and the record of it."""

import dataclasses
import json
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import keras

import tfmtl
from benchmarks import funnel_contenders
from tfmtl.datasets import synthetic
from tfmtl.datasets.batches import batches
from tfmtl.datasets.synthetic import SyntheticPath

_TEST_BATCH = 16_384


@dataclasses.dataclass(frozen=True)
class Settings:
    """What data, training and choice of the epoch share for all models.

    Args:
        rows: Rows to train on, to choose the epoch by, and to test on.
        rates: Share of the rows that reach each step.
        vocabulary_sizes: Ids of each field.
        signal: Standard deviation of the logit of one step.
        own_share: Share of that variance that a step has for itself.
        batch_size: Rows a batch.
        learning_rate: Learning rate of `LazyAdam`.
        epochs: The most epochs.
        patience: Epochs without a better dev part before training stops.
    """

    rows: tuple[int, int, int] = (40_000, 20_000, 100_000)
    rates: tuple[float, ...] = (0.4, 0.06, 0.003)
    vocabulary_sizes: tuple[int, ...] = (60, 50, 40, 30, 20, 10)
    signal: float = 1.5
    own_share: float = 0.1
    batch_size: int = 512
    learning_rate: float = 3e-3
    epochs: int = 20
    patience: int = 5


@dataclasses.dataclass(frozen=True)
class Run:
    """One model trained on one seed.

    Args:
        model: Key of `funnel_contenders.MAKERS`.
        seed: Seed of data, initial weights, draws and order of the rows.
        auc: Exact test AUC of each task.
        bayes_auc: Test AUC of the true probabilities.
        positives: Training rows with each label.
        epochs: Epochs trained.
        cpu_seconds: What training and test took.
    """

    model: str
    seed: int
    auc: dict[str, float]
    bayes_auc: dict[str, float]
    positives: dict[str, int]
    epochs: int
    cpu_seconds: float


class Record:
    """Runs in a file of JSON lines, so that a killed experiment goes on.

    Runs under other settings, and a line that was being written when the
    process was killed, do not count.

    Args:
        path: The file.
        settings: Settings of this experiment.
    """

    def __init__(self, path: pathlib.Path, settings: Settings) -> None:
        self.path = path
        self._settings = json.loads(json.dumps(dataclasses.asdict(settings)))

    def append(self, run: Run) -> None:
        """Writes one run."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {"settings": self._settings, "run": dataclasses.asdict(run)}
        with self.path.open("a") as file:
            # The break in front ends what a killed process left behind.
            file.write("\n" + json.dumps(line))

    def runs(self) -> Iterator[Run]:
        """Yields the runs that there are."""
        text = self.path.read_text() if self.path.exists() else ""
        for line in text.splitlines():
            try:
                entry: dict[str, Any] = json.loads(line)
            except json.JSONDecodeError:
                continue
            if entry["settings"] == self._settings:
                yield Run(**entry["run"])


def make_parts(settings: Settings, seed: int) -> tuple[SyntheticPath, ...]:
    """Returns the rows to train on, to choose by, and to test on."""
    total = sum(settings.rows)
    path = synthetic.conversion_path(
        total,
        len(settings.rates),
        seed=seed,
        rates=settings.rates,
        vocabulary_sizes=settings.vocabulary_sizes,
        signal=settings.signal,
        own_share=settings.own_share,
    )
    return path.split([rows / total for rows in settings.rows], seed)


def train_and_test(
    model_name: str,
    seed: int,
    settings: Settings,
    parts: tuple[SyntheticPath, ...],
) -> Run:
    """Trains a model, chooses its epoch on the dev part, and tests it once."""
    start = time.process_time()
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    train, _, test = parts
    make, schedule = funnel_contenders.MAKERS[model_name]
    model = make(train, seed)
    model.compile(tfmtl.optimizers.LazyAdam(settings.learning_rate))
    # All models wait for the epoch in which PIMM's curriculum has ended.
    stop = keras.callbacks.EarlyStopping(
        "val_auc_sum",
        mode="max",
        patience=settings.patience,
        restore_best_weights=True,
        start_from_epoch=funnel_contenders.CURRICULUM.min_epochs - 1,
    )
    callbacks: list[keras.callbacks.Callback] = [stop]
    if schedule is not None:
        callbacks.append(
            tfmtl.training.ScheduleVariable(model.label_rate, schedule)
        )
    packed = [tfmtl.features.pack(part.features, part.x) for part in parts]
    fed, choosing, testing = (
        batches(x, part.y, size, shuffle=part is train, seed=seed)
        for x, part, size in zip(
            packed,
            parts,
            (settings.batch_size, _TEST_BATCH, _TEST_BATCH),
            strict=True,
        )
    )
    history = model.fit(
        fed,
        validation_data=choosing,
        epochs=settings.epochs,
        callbacks=callbacks,
        verbose=0,
    )
    logs = model.evaluate(testing, return_dict=True, verbose=0)
    return Run(
        model_name,
        seed,
        auc={task.name: logs[f"{task.name}_auc"] for task in train.tasks},
        bayes_auc=test.bayes_auc(),
        positives={name: int(y.sum()) for name, y in train.y.items()},
        epochs=len(history.epoch),
        cpu_seconds=time.process_time() - start,
    )
