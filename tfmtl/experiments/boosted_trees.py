"""Boosted trees for one task, stopped early on dev."""

from typing import Any

try:
    import lightgbm
except ImportError as error:
    raise ImportError(
        'Boosted trees need LightGBM: `pip install "tfmtl[experiments]"`.'
    ) from error

import numpy as np
import pandas as pd


def fit_trees(
    inputs: pd.DataFrame,
    labels: Any,
    dev_inputs: pd.DataFrame,
    dev_labels: Any,
    *,
    seed: int = 0,
    rounds: int = 500,
    learning_rate: float = 0.05,
    patience: int = 30,
    threads: int = 1,
) -> lightgbm.Booster:
    """Returns trees fitted on train, and stopped early on dev.

    Args:
        inputs: Columns of train; those of type `category` count as such.
        labels: Labels of train, 0 or 1.
        dev_inputs: The same columns of dev.
        dev_labels: Labels of dev.
        seed: Makes it repeatable.
        rounds: The most trees.
        learning_rate: Weight of a tree.
        patience: Trees without a better AUC on dev before it stops.
        threads: Number of threads; the trees are the same for any. More than
            there are idle cores make it slower by far.
    """
    train = lightgbm.Dataset(inputs, labels)
    return lightgbm.train(
        {
            "objective": "binary",
            # The log-loss, which stands there by default, would stop it too.
            "metric": "auc",
            "learning_rate": learning_rate,
            "seed": seed,
            "num_threads": threads,
            # Otherwise the order of sums depends on the load of the machine.
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        },
        train,
        rounds,
        valid_sets=[train.create_valid(dev_inputs, dev_labels)],
        callbacks=[lightgbm.early_stopping(patience, verbose=False)],
    )


def probability(model: lightgbm.Booster, inputs: pd.DataFrame) -> np.ndarray:
    """Returns the probability of label 1, `(rows,)`.

    Args:
        model: What `fit_trees` returned.
        inputs: The columns it was fitted on.
    """
    return np.asarray(model.predict(inputs))
