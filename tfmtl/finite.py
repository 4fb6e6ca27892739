"""Operations that fail where numbers of a training step are not finite."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

GRADIENT = "the gradient"


def check_finite(value: Any, name: str) -> tf.Tensor:
    """Returns an operation that fails if a value is NaN or infinite.

    Args:
        value: A tensor, or `tf.IndexedSlices`.
        name: What it is, for the message.
    """
    if isinstance(value, tf.IndexedSlices):
        value = value.values
    return tf.debugging.check_numerics(value, f"{name} is not finite")


def check_gradients(gradients: Sequence[Any]) -> list[tf.Tensor]:
    """Returns operations that fail if a gradient is not finite.

    On CPUs a dense layer turns NaN into 0 by its fused ReLU, so gradients may
    be NaN where the losses are not.

    Args:
        gradients: Gradients, None for some.
    """
    return [
        check_finite(gradient, GRADIENT)
        for gradient in gradients
        if gradient is not None
    ]
