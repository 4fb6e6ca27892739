"""Trains copies of one model on the rows of many campaigns."""

import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl.audience.model_copy import copy_of
from tfmtl.models import non_finite_loss_error
from tfmtl.models.data_checks import check_data

_Columns = Mapping[str, np.ndarray]


class PreparedTuning:
    """What `FineTuning` does, made ready to be done for many campaigns.

    One copy of the model is traced once, and put back before each campaign:
    weights are those that the general model has at that moment, optimizer
    and draws are as new. A campaign comes out as it would by `FineTuning`,
    whatever was trained before it. Campaigns that are asked for at the same
    time wait for each other.

    Args:
        model: The general model, a `MultiTaskModel`. It stays as it is.
        stop: As of `FineTuning`.
        adapt: As of `FineTuning`.
        make_optimizer: As of `FineTuning`.
        batch_size: As of `FineTuning`.

    Attributes:
        model: The copy that is trained, as the last campaign left it.

    Raises:
        ValueError: If `adapt` chooses no weight; when called, if the model is
            not the one that this was made for.

    Example:

    >>> tuning = tfmtl.audience.FineTuning().prepare(model)
    >>> rows = {"user": np.arange(8)}, {"click": np.arange(8) % 2}
    >>> one, losses = tuning(model, *rows)
    >>> another, _ = tuning(model, *rows, seed=1)
    >>> one is another
    False
    """

    def __init__(
        self,
        model: Any,
        stop: Callable[[Sequence[float]], bool],
        adapt: Callable[[keras.Variable], bool],
        make_optimizer: Callable[[], keras.optimizers.Optimizer],
        batch_size: int,
    ) -> None:
        self.general_model = model
        self.stop = stop
        self.make_optimizer = make_optimizer
        self.batch_size = batch_size
        self.model = copy_of(model)
        self._holds_some = _freeze(self.model, adapt)
        self.model.compile(make_optimizer())
        self._lock = threading.Lock()
        # The weights come anew from the model each time; a learning rate, a
        # count of steps or the state of a draw has to be known.
        weights = {id(each) for each in self.model.weights}
        others = [v for v in self.model.variables if id(v) not in weights]
        others += self.model.optimizer.variables
        self._fresh = [(v, v.numpy()) for v in others]
        self._step = tf.function(self._take_step, autograph=False)

    def __call__(
        self, model: Any, features: _Columns, labels: _Columns, seed: int = 0
    ) -> tuple[Any, tuple[float, ...]]:
        """Returns a trained copy, and the loss of each epoch.

        Args:
            model: The general model.
            features: Name to `(rows,)` or `(rows, width)`, or packed.
            labels: Name to `(rows,)` or `(rows, 1)`.
            seed: Shuffles the rows, anew for each epoch.
        """
        if model is not self.general_model:
            raise ValueError(
                "A prepared tuning is of one model; prepare another for "
                "another one. Received: a different model, "
                f"{type(model).__name__}."
            )
        with self._lock:
            losses = self.train(features, labels, seed)
            return self._detached(), losses

    def train(
        self, features: _Columns, labels: _Columns, seed: int = 0
    ) -> tuple[float, ...]:
        """Trains `model`, which the next campaign puts back, for one campaign.

        Saves the copy where the weights are needed for a moment only. Not to
        be called by two threads at the same time.

        Args:
            features: Name to `(rows,)` or `(rows, width)`, or packed.
            labels: Name to `(rows,)` or `(rows, 1)`.
            seed: Shuffles the rows, anew for each epoch.

        Returns:
            The loss of each epoch.
        """
        losses: list[float] = []
        for loss in self.epochs(features, labels, seed):
            losses.append(loss)
            if self.stop(losses):
                break
        return tuple(losses)

    def epochs(
        self, features: _Columns, labels: _Columns, seed: int = 0
    ) -> Iterator[float]:
        """Trains `model` for as long as it is asked for the next epoch.

        Args:
            features: As of `train`.
            labels: As of `train`.
            seed: As of `train`.

        Yields:
            The loss of an epoch, when it is over.
        """
        for is_last, loss in self.steps(features, labels, seed):
            if is_last:
                yield loss

    def steps(
        self, features: _Columns, labels: _Columns, seed: int = 0
    ) -> Iterator[tuple[bool, float]]:
        """Trains `model` for as long as it is asked for the next step.

        Args:
            features: As of `train`.
            labels: As of `train`.
            seed: As of `train`.

        Yields:
            Whether a step was the last one of an epoch, and the loss of the
            epoch so far.
        """
        check_data("fit", dict(features), dict(labels))
        columns = {n: np.asarray(c, np.float32) for n, c in labels.items()}
        rows = tf.nest.map_structure(tf.constant, (dict(features), columns))
        count = len(tf.nest.flatten(rows)[0])
        step = self._step.get_concrete_function(
            tf.nest.map_structure(_any_length, rows),
            tf.TensorSpec([None], tf.int64),
        )
        random = np.random.default_rng(seed)
        self._reset()
        while True:
            self.model.reset_metrics()
            order = tf.constant(random.permutation(count))
            for start in range(0, count, self.batch_size):
                with non_finite_loss_error.explained(self.model):
                    step(rows, order[start : start + self.batch_size])
                is_last = start + self.batch_size >= count
                yield is_last, float(self.model.metrics[0].result())

    def _take_step(self, rows: Any, places: tf.Tensor) -> None:
        self.model.train_step(
            tf.nest.map_structure(lambda c: tf.gather(c, places), rows)
        )

    def _reset(self) -> None:
        self.model.set_weights(self.general_model.get_weights())
        for variable, value in self._fresh:
            variable.assign(value)

    def _detached(self) -> Any:
        """Returns a copy of the trained copy, with its optimizer."""
        twin = copy_of(self.model)
        twin.compile(self.make_optimizer())
        if not self._holds_some:
            # Of weights that were held, the optimizer here knows nothing.
            pairs = zip(
                twin.optimizer.variables,
                self.model.optimizer.variables,
                strict=True,
            )
            for theirs, ours in pairs:
                theirs.assign(ours)
        return twin


def _any_length(column: tf.Tensor) -> tf.TensorSpec:
    return tf.TensorSpec([None, *column.shape[1:]], column.dtype)


def _freeze(model: Any, adapt: Callable[[keras.Variable], bool]) -> bool:
    """Holds the weights that are not to be trained; says if there are any."""
    held = [v for v in model.trainable_variables if not adapt(v)]
    for variable in held:
        variable.trainable = False
    if not model.trainable_variables:
        raise ValueError(
            "`adapt` should choose at least one weight of the model; "
            "tfmtl.training.heads knows those of MetaHeac only. Received: "
            f"adapt={adapt!r}, model={type(model).__name__}."
        )
    return bool(held)
