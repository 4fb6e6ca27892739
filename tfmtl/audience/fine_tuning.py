"""Trains a copy of a model on the rows of one campaign."""

import dataclasses
import functools
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from tfmtl.audience.epochs import Epochs
from tfmtl.audience.prepared_tuning import PreparedTuning
from tfmtl.layers.sizes import check_sizes
from tfmtl.training import every_weight


@dataclasses.dataclass(frozen=True)
class FineTuning:
    """Trains a copy of a general model; the model itself stays as it is.

    The copy has an optimizer of its own, that starts anew, so that nothing
    goes from one campaign to the next. For many campaigns of one model,
    `prepare(model)` once; what that returns is called in the same way.

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
        return self.prepare(model)(model, features, labels, seed)

    def prepare(self, model: Any) -> PreparedTuning:
        """Returns the same for one model, which is faster for many campaigns.

        Args:
            model: A `MultiTaskModel`.
        """
        return PreparedTuning(
            model, self.stop, self.adapt, self.make_optimizer, self.batch_size
        )
