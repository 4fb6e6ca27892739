"""Lengths of gradients, and the weights that `GradNorm` gives them."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

_LEAST = 1e-6  # a weight; at 0 for all they could not be scaled to their sum


def norm_of(gradients: Sequence[Any], task: str) -> tf.Tensor:
    """Returns the length of one task's gradient by several weights.

    Args:
        gradients: One for each weight. Of `tf.IndexedSlices` counts what was
            looked up, each time for itself.
        task: Name of the task, for the message.

    Raises:
        ValueError: If the task depends on none of the weights.
    """
    if all(gradient is None for gradient in gradients):
        raise ValueError(
            f"The loss of task {task!r} does not depend on the model's "
            "`last_shared_weights()`; name weights that all tasks share."
        )
    # The values of `IndexedSlices` are the gradient at what was looked up.
    parts = [
        gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
        for gradient in gradients
        if gradient is not None
    ]
    return tf.linalg.global_norm(parts)


class ScaledToTheirNumber(keras.constraints.Constraint):
    """Scales weights so that their sum is their number."""

    def __call__(self, w: Any) -> tf.Tensor:
        """Returns the scaled weights."""
        weights = tf.maximum(w, _LEAST)
        count = tf.cast(tf.size(weights), weights.dtype)
        return weights * count / tf.reduce_sum(weights)
