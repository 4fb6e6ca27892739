"""Early stopping that waits for the end of a curriculum."""

import math
from typing import Any

import keras


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Keras's early stopping, which waits only from an epoch on.

    A model that is trained by a curriculum, such as `PIMM`, should not be
    stopped before the curriculum has reached its floor. Any epoch may be the
    best one all the same, those before it too, as all are judged alike: no
    labels are told in validation. (`start_from_epoch` of Keras would forget
    how good the epochs before it were.)

    Args:
        monitor: Name of the log that says how good an epoch is.
        min_epochs: Epochs after which the waiting begins, such as the
            `min_epochs` of a `LinearDecay`.
        **kwargs: Keyword arguments of `keras.callbacks.EarlyStopping`.

    Raises:
        ValueError: If `min_epochs` is not positive.

    Example:

        decay = tfmtl.training.LinearDecay(initial=0.5, rate=0.25, floor=0.25)
        stop = tfmtl.training.EarlyStopping(
            "val_auc_sum", decay.min_epochs, mode="max",
            restore_best_weights=True,
        )
    """

    def __init__(
        self, monitor: str = "val_loss", min_epochs: int = 1, **kwargs: Any
    ) -> None:
        if min_epochs < 1:
            raise ValueError(
                "`min_epochs` should be at least 1. "
                f"Received: min_epochs={min_epochs!r}."
            )
        super().__init__(monitor, **kwargs)
        self.patience: float
        self.min_epochs = min_epochs

    def on_epoch_end(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Notes how good the epoch was, and stops if that was long ago."""
        if epoch >= self.min_epochs:
            super().on_epoch_end(epoch, logs)
            return
        patience, self.patience = self.patience, math.inf
        super().on_epoch_end(epoch, logs)
        self.patience, self.wait = patience, 0
