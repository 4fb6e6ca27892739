"""Stops meta-training at the first loss or gradient that is not finite."""

import contextlib
import re
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import finite

_PATTERN = re.compile(
    r"(the loss of the (support|query) set of episode \d+|"
    rf"{finite.GRADIENT}) is not finite"
)


class NonFiniteEpisodeError(ArithmeticError):
    """The loss of a support or a query set, or the gradient, is not finite.

    `tfmtl.training.MetaLearner` raises it before the update of that step.

    Example:

        try:
            meta.fit(data)
        except tfmtl.training.NonFiniteEpisodeError:
            ...
    """


def checks(
    support_losses: Sequence[tf.Tensor],
    query_losses: Sequence[tf.Tensor],
    gradients: Sequence[Any],
) -> list[tf.Tensor]:
    """Returns operations that fail where a loss or gradient is not finite.

    Args:
        support_losses: Loss of each episode's support set.
        query_losses: Loss of each episode's query set, after the inner steps.
        gradients: Of the objective by each weight, None for some.
    """
    # What is wrong with a support set shows in the query's loss too.
    with tf.control_dependencies(_checks("support", support_losses)):
        losses_are_fine = _checks("query", query_losses)
    with tf.control_dependencies(losses_are_fine):
        return losses_are_fine + finite.check_gradients(gradients)


def _checks(name: str, losses: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    return [
        finite.check_finite(
            loss, f"the loss of the {name} set of episode {number}"
        )
        for number, loss in enumerate(losses)
    ]


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns a failed check into a `NonFiniteEpisodeError`."""
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        found = _PATTERN.search(str(error))
        if found is None:
            raise
        raise NonFiniteEpisodeError(
            # Episodes count from 0.
            f"T{found[0][1:]}: training has stopped before that update. Lower "
            "the inner or the outer learning rate, or look for NaN and huge "
            "values among the inputs."
        ) from None
