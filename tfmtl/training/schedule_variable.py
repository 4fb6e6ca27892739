"""Sets a variable by a schedule while a model trains."""

from typing import Any

import keras

from tfmtl import types


class ScheduleVariable(keras.callbacks.Callback):
    """Assigns `schedule(epoch)` to a variable as each epoch begins.

    The variable is a weight of the model, so that the training step, traced
    once, reads its new value, and so that it is saved. Its value stands in
    the epoch's logs under the variable's name. Training that resumes at
    epoch k (`keras.callbacks.BackupAndRestore`, `initial_epoch`) goes on with
    `schedule(k)`.

    Args:
        variable: Variable to set.
        schedule: Function of the epoch, counted from 0.
        steps_per_epoch: None to hold the value for a whole epoch. Otherwise
            the number of batches of an epoch; then the value is set at each
            batch, by `schedule(epoch + batch / steps_per_epoch)`.

    Raises:
        ValueError: If `steps_per_epoch` is not positive.

    Example:

    >>> rate = keras.Variable(0.0, name="rate")
    >>> callback = tfmtl.training.ScheduleVariable(
    ...     rate, tfmtl.training.LinearDecay(0.5, rate=0.25, floor=0.25))
    >>> callback.on_epoch_begin(1)
    >>> float(rate)
    0.25
    """

    def __init__(
        self,
        variable: keras.Variable,
        schedule: types.Schedule,
        steps_per_epoch: int | None = None,
    ) -> None:
        super().__init__()
        if steps_per_epoch is not None and steps_per_epoch < 1:
            raise ValueError(
                "`steps_per_epoch` should be positive. "
                f"Received: steps_per_epoch={steps_per_epoch!r}."
            )
        self.variable = variable
        self.schedule = schedule
        self.steps_per_epoch = steps_per_epoch
        self._epoch = 0

    def on_epoch_begin(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._epoch = epoch
        self.variable.assign(self.schedule(epoch))

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if self.steps_per_epoch is not None:
            epoch = self._epoch + batch / self.steps_per_epoch
            self.variable.assign(self.schedule(epoch))

    def on_epoch_end(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if logs is not None:
            # `float` does not take the variable of a distribution strategy.
            logs[self.variable.name] = float(self.variable.numpy())
