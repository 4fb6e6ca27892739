"""How the steps of a sequence become one vector.

Each function takes steps, `(batch, length, units)`, and which of them there
are, `(batch, length)` of truth values, and returns `(batch, width)`. Steps
that there are not have to be zeros.
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tfmtl")
def flatten(steps: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Returns the steps side by side, `(batch, length * units)`.

    Args:
        steps: `(batch, length, units)`.
        mask: `(batch, length)`, not needed.
    """
    _, length, units = steps.shape
    return tf.reshape(steps, [-1, length * units])


@keras.saving.register_keras_serializable("tfmtl")
def mean(steps: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Returns the mean over the steps that there are, `(batch, units)`.

    Args:
        steps: `(batch, length, units)`.
        mask: `(batch, length)`, True for the steps that there are.
    """
    count = tf.reduce_sum(tf.cast(mask, steps.dtype), axis=1, keepdims=True)
    return tf.math.divide_no_nan(tf.reduce_sum(steps, axis=1), count)


@keras.saving.register_keras_serializable("tfmtl")
def last(steps: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Returns the last step that there is, `(batch, units)`.

    Args:
        steps: `(batch, length, units)`.
        mask: `(batch, length)`, True for the steps that there are.
    """
    numbers = tf.range(1, steps.shape[1] + 1) * tf.cast(mask, tf.int32)
    place = tf.maximum(tf.reduce_max(numbers, axis=1) - 1, 0)
    return tf.gather(steps, place, axis=1, batch_dims=1)
