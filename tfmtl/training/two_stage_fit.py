"""Meta-learning first, then ordinary training of the whole or of the top."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl.training.adapt import every_weight
from tfmtl.training.meta_learner import MetaLearner


def two_stage_fit(
    model: Any,
    episodes: tf.data.Dataset | None,
    batches: tf.data.Dataset,
    validation_data: Any,
    *,
    make_optimizer: Callable[[], keras.optimizers.Optimizer],
    inner_learning_rate: float = 1e-3,
    frozen: Sequence[keras.layers.Layer] | None = None,
    adapt: Callable[[keras.Variable], bool] = every_weight,
    epochs: int = 100,
    patience: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: Any = "auto",
) -> list[keras.callbacks.History]:
    """Trains a model in the two stages of MAN's authors.

    The first stage is meta-learning by `MetaLearner`, the second one starts
    from its best epoch and is ordinary training on mini-batches, in which
    `frozen` layers stay as they are. Each stage has an optimizer of its own,
    ends when the sum of the validation AUCs has not risen for `patience`
    epochs, and restores the best epoch.

    Args:
        model: A `MultiTaskModel` that has a task with an AUC.
        episodes: What the first stage learns from, see
            `tfmtl.training.episodes`; None to leave it out.
        batches: What the second stage learns from.
        validation_data: Ordinary rows, as `fit` takes them.
        make_optimizer: Returns a new optimizer, such as `LazyAdam`.
        inner_learning_rate: Length of `MetaLearner`'s inner step.
        frozen: Layers to hold in the second stage; they can be trained again
            when this returns. By default the model's `bottom_layers` if there
            was a first stage: all but attention, towers and loss weights of
            `MAN`, and nothing of models that have no such layers.
        adapt: As of `MetaLearner`.
        epochs: The most epochs of a stage.
        patience: Epochs without a better one before a stage ends.
        callbacks: Given to both stages.
        verbose: As in `fit`.

    Returns:
        The history of each stage that was run.

    Raises:
        ValueError: If `epochs` or `patience` is not positive, there is nothing
            to end a stage by, or `make_optimizer` is no function.

    Example:

        man = tfmtl.models.MAN(features, tasks)
        data = batches(train_x, train_y, 2048, drop_remainder=True)
        tfmtl.training.two_stage_fit(
            man,
            tfmtl.training.episodes(data, count=2),
            data,
            (dev_x, dev_y),
            make_optimizer=lambda: tfmtl.optimizers.LazyAdam(1e-3),
        )

    Reference:
        [Luo et al., 2023](https://doi.org/10.32604/iasc.2023.036622),
        algorithm 1.
    """
    _check(model, validation_data, make_optimizer, epochs, patience)

    def fit(learner: keras.Model, data: Any) -> keras.callbacks.History:
        learner.compile(make_optimizer())
        stop = keras.callbacks.EarlyStopping(
            "val_auc_sum",
            mode="max",
            patience=patience,
            restore_best_weights=True,
        )
        return learner.fit(
            data,
            validation_data=validation_data,
            epochs=epochs,
            callbacks=[*callbacks, stop],
            verbose=verbose,
        )

    histories = []
    if episodes is not None:
        learner = MetaLearner(model, inner_learning_rate, adapt=adapt)
        histories.append(fit(learner, episodes))
    if frozen is None:
        has_begun = episodes is not None
        frozen = getattr(model, "bottom_layers", ()) if has_begun else ()
    held = [layer for layer in frozen if layer.trainable]
    try:
        for layer in held:
            layer.trainable = False
        histories.append(fit(model, batches))
    finally:
        for layer in held:
            layer.trainable = True
    if held:
        # The optimizer knows only what was trained.
        model.compile(make_optimizer())
    return histories


def _check(
    model: Any,
    validation_data: Any,
    make_optimizer: Any,
    epochs: int,
    patience: int,
) -> None:
    if epochs < 1 or patience < 1:
        raise ValueError(
            "`epochs` and `patience` should be positive. "
            f"Received: epochs={epochs!r}, patience={patience!r}."
        )
    if validation_data is None:
        raise ValueError(
            "A stage ends by the AUCs of `validation_data`; hand over rows "
            "that are not trained on. Received: validation_data=None."
        )
    if "auc_sum" not in model.metrics_names:
        raise ValueError(
            "A stage ends when the sum of the AUCs no longer rises, so one or "
            "more tasks should have an AUC, as a BinaryTask has; use `fit` "
            f"for others. Received: tasks={list(model.tasks)}."
        )
    if not callable(make_optimizer):
        raise ValueError(
            "Each stage has an optimizer of its own; pass what makes one, such "
            "as `lambda: tfmtl.optimizers.LazyAdam(1e-3)`. "
            f"Received: make_optimizer={make_optimizer!r}."
        )
