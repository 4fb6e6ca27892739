"""Stops training at the first loss that is not finite."""

import re

import tensorflow as tf

from tfmtl import types

_MESSAGE = "The loss of task {!r} is not finite"
_PATTERN = re.compile(_MESSAGE.replace("{!r}", "'(.+?)'"))


class NonFiniteLossError(ArithmeticError):
    """A task's loss became NaN or infinite during training."""


def checks(losses: types.Tensors) -> list[tf.Tensor]:
    """Returns operations that fail where a task's loss is not finite."""
    return [
        tf.debugging.check_numerics(loss, _MESSAGE.format(name))
        for name, loss in losses.items()
    ]


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
        f"The loss of task {found[1]!r} became NaN or infinite at step {step}. "
        "Training has stopped before that update, so the weights are those of "
        f"step {step - 1}. Lower the learning rate, or look for NaN and huge "
        "values among the inputs."
    )
