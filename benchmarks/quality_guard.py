"""Whether the fast optimizer costs quality."""

import dataclasses
import statistics
from collections.abc import Sequence
from typing import Any

import keras

import tfmtl
from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets import synthetic
from tfmtl.datasets.batches import batches

BATCH_SIZE = 2048
RATES = (0.3, 0.04)


@dataclasses.dataclass(frozen=True)
class Quality:
    """Test AUC of both optimizers on one task.

    Args:
        task: Name of the task.
        lazy: Exact test AUC with LazyAdam, one for each seed.
        dense: Exact test AUC with Keras's Adam, one for each seed.
        bayes: AUC of the true probabilities, one for each seed.
        difference: Mean of `lazy - dense`.
    """

    task: str
    lazy: list[float]
    dense: list[float]
    bayes: list[float]
    difference: float


def measure(
    train_rows: int, test_rows: int, epochs: int, seeds: Sequence[int]
) -> list[Quality]:
    """Trains the same model from the same start with both optimizers.

    Args:
        train_rows: Rows to train on.
        test_rows: Rows to test on.
        epochs: Epochs of training.
        seeds: Seeds of data, initial weights and order of the rows.
    """
    lazy: list[dict[str, float]] = []
    dense: list[dict[str, float]] = []
    bayes: list[dict[str, float]] = []
    for seed in seeds:
        rows = train_rows + test_rows
        path = synthetic.conversion_path(
            rows,
            2,
            seed=seed,
            rates=RATES,
            vocabulary_sizes=tuple(ali_ccp_schema.VOCABULARY_SIZES.values()),
        )
        parts = path.split((train_rows / rows, test_rows / rows), seed)
        # Equal but for the laziness: Keras's own epsilon would be 1e-7.
        optimizers = (
            tfmtl.optimizers.LazyAdam(1e-3, epsilon=1e-8),
            keras.optimizers.Adam(1e-3, epsilon=1e-8),
        )
        for results, optimizer in zip((lazy, dense), optimizers, strict=True):
            results.append(_test_auc(parts, optimizer, epochs, seed))
        bayes.append(parts[1].bayes_auc())
    return [_quality(task.name, lazy, dense, bayes) for task in path.tasks]


def _test_auc(
    parts: Sequence[Any], optimizer: Any, epochs: int, seed: int
) -> dict[str, float]:
    train, test = parts
    model = tfmtl.models.MMoE(train.features, train.tasks, seed=seed)
    model.compile(optimizer)
    packed = [tfmtl.features.pack(part.features, part.x) for part in parts]
    model.fit(
        batches(packed[0], train.y, BATCH_SIZE, seed=seed),
        epochs=epochs,
        verbose=0,
    )
    tested = batches(packed[1], test.y, 8 * BATCH_SIZE, shuffle=False)
    logs = model.evaluate(tested, return_dict=True, verbose=0)
    return {task.name: logs[f"{task.name}_auc"] for task in train.tasks}


def _quality(
    task: str,
    lazy: list[dict[str, float]],
    dense: list[dict[str, float]],
    bayes: list[dict[str, float]],
) -> Quality:
    ours, theirs, best = (
        [aucs[task] for aucs in each] for each in (lazy, dense, bayes)
    )
    pairs = zip(ours, theirs, strict=True)
    difference = statistics.fmean(a - b for a, b in pairs)
    return Quality(task, ours, theirs, best, difference)
