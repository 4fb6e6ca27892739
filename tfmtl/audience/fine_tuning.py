"""Trains a copy of a model on the rows of one campaign."""

import dataclasses
import functools
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl.audience.epochs import Epochs
from tfmtl.layers.sizes import check_sizes
from tfmtl.training import every_weight


@dataclasses.dataclass(frozen=True)
class FineTuning:
    """Trains a copy of a general model; the model itself stays as it is.

    The copy has an optimizer of its own, that starts anew, so that nothing
    goes from one campaign to the next.

    Args:
        stop: Says from the losses of the epochs so far whether training is
            over: `Epochs`, `Converged`, or a function of one's own.
        adapt: Says of a variable whether it is trained:
            `tfmtl.training.every_weight`, or `tfmtl.training.heads` for the
            gates and critics of `MetaHeac` alone.
        make_optimizer: Returns a new optimizer. Defaults to Adam with a
            learning rate of 0.001; `tfmtl.optimizers.LazyAdam` is faster on
            large vocabularies.
        batch_size: Rows of a batch.

    Raises:
        ValueError: If `batch_size` is not positive; when called, if `adapt`
            chooses no weight.

    Example:

    >>> tuning = tfmtl.audience.FineTuning(tfmtl.audience.Epochs(3))
    >>> rows = {"user": np.arange(8)}, {"click": np.arange(8) % 2}
    >>> customised, losses = tuning(model, *rows)
    >>> len(losses), customised is model
    (3, False)

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.
    """

    stop: Callable[[Sequence[float]], bool] = Epochs(2)
    adapt: Callable[[keras.Variable], bool] = every_weight
    make_optimizer: Callable[[], keras.optimizers.Optimizer] = (
        functools.partial(keras.optimizers.Adam, 1e-3)
    )
    batch_size: int = 512

    def __post_init__(self) -> None:
        check_sizes(batch_size=self.batch_size)

    def __call__(
        self,
        model: Any,
        features: Mapping[str, np.ndarray],
        labels: Mapping[str, np.ndarray],
        seed: int = 0,
    ) -> tuple[Any, tuple[float, ...]]:
        """Returns the trained copy, and the loss of each epoch.

        Args:
            model: A `MultiTaskModel`.
            features: Name to `(rows,)` or `(rows, width)`, or packed.
            labels: Name to `(rows,)` or `(rows, 1)`.
            seed: Shuffles the rows, anew for each epoch.
        """
        tuned = copy_of(model)
        held = self._freeze(tuned)
        tuned.compile(self.make_optimizer())
        random = np.random.default_rng(seed)
        data = (dict(features), {n: _floats(c) for n, c in labels.items()})
        count = len(tf.nest.flatten(data)[0])
        losses: list[float] = []
        while not losses or not self.stop(losses):
            shuffle = functools.partial(
                np.take, indices=random.permutation(count), axis=0
            )
            rows = tf.nest.map_structure(shuffle, data)
            batches = tf.data.Dataset.from_tensor_slices(rows)
            history = tuned.fit(batches.batch(self.batch_size), verbose=0)
            losses.append(float(history.history["loss"][0]))
        if held:
            for variable in held:
                variable.trainable = True
            # The optimizer knows only what was trained; such a model could
            # be saved, but not be loaded.
            tuned.compile(self.make_optimizer())
        return tuned, tuple(losses)

    def _freeze(self, model: Any) -> list[keras.Variable]:
        """Holds the weights that are not to be trained, and returns them."""
        held = [v for v in model.trainable_variables if not self.adapt(v)]
        for variable in held:
            variable.trainable = False
        if not model.trainable_variables:
            raise ValueError(
                "`adapt` should choose at least one weight of the model; "
                "tfmtl.training.heads knows those of MetaHeac only. Received: "
                f"adapt={self.adapt!r}, model={type(model).__name__}."
            )
        return held


def copy_of(model: Any) -> Any:
    """Returns a model of the same configuration and weights.

    Args:
        model: A `MultiTaskModel`.
    """
    if not model.built:
        model.build()
    twin = type(model).from_config(model.get_config())
    twin.build()
    twin.set_weights(model.get_weights())
    return twin


def _floats(column: Any) -> np.ndarray:
    return np.asarray(column, np.float32)
