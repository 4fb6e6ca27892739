"""Stops training at the first loss or gradient that is not finite."""

import contextlib
import re
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import finite
from tfmtl import types

_TASK = "the loss of task {!r}"
_TOTAL = "the total loss"
_PATTERN = re.compile(
    f"(the loss of task .+?|{_TOTAL}|{finite.GRADIENT}) is not finite"
)


class NonFiniteLossError(ArithmeticError):
    """A loss or a gradient became NaN or infinite during training."""


def checks(
    losses: types.Tensors, total: tf.Tensor, gradients: Sequence[Any]
) -> list[tf.Tensor]:
    """Returns operations that fail where a loss or gradient is not finite.

    Args:
        losses: Loss of each task.
        total: What is minimised. It may be NaN where no task's loss is: by an
            auxiliary loss, a penalty on weights or a task's weight.
        gradients: What the weights are moved by, None for some.
    """
    named = {_TASK.format(name): loss for name, loss in losses.items()}
    tasks_are_fine = [
        finite.check_finite(loss, name) for name, loss in named.items()
    ]
    # A task at fault is the better message, so the total is looked at last.
    with tf.control_dependencies(tasks_are_fine):
        losses_are_fine = finite.check_finite(total, _TOTAL)
    with tf.control_dependencies([losses_are_fine]):
        return [losses_are_fine, *finite.check_gradients(gradients)]


@contextlib.contextmanager
def explained(model: Any) -> Iterator[None]:
    """Turns a failed check into a `NonFiniteLossError`.

    Args:
        model: The model that is being trained.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        # `int` does not take the variable of a distribution strategy.
        done = int(model.optimizer.iterations.numpy())
        found = explain(error, done + 1)
        if found is None:
            raise
        raise found from None


def explain(error: Exception, step: int) -> NonFiniteLossError | None:
    """Returns what a failed check means, None for any other failure.

    Args:
        error: What TensorFlow raised.
        step: Number of the step that failed, from 1.
    """
    found = _PATTERN.search(str(error))
    if found is None:
        return None
    return NonFiniteLossError(
        # `capitalize` would lower the task's name.
        f"T{found[1][1:]} became NaN or infinite at step {step}. "
        "Training has stopped before that update, so the weights are those of "
        f"step {step - 1}. Lower the learning rate, or look for NaN and huge "
        "values among the inputs."
    )
