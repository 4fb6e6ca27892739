"""Functions of vectors, applied to all that stand side by side in a row."""

from collections.abc import Callable

import tensorflow as tf


def each_vector(
    function: Callable[[tf.Tensor], tf.Tensor], inputs: tf.Tensor
) -> tf.Tensor:
    """Returns `function` of every vector, by one call.

    A matrix product of `(batch, vectors, width)` and a kernel broadcasts the
    kernel: its gradient is then one kernel per row, summed up afterwards,
    which made `AdjacentAttention` ten times as slow.

    Args:
        function: Of `(vectors, width)`, such as a dense layer.
        inputs: `(batch, ..., width)`, all axes but the first one known.

    Returns:
        Tensor of shape `(batch, ..., units)`.

    Example:

    >>> kernel = tf.ones((4, 2))
    >>> each_vector(lambda rows: rows @ kernel, tf.ones((8, 3, 4))).shape
    TensorShape([8, 3, 2])
    """
    *between, width = inputs.shape[1:]
    outputs = function(tf.reshape(inputs, [-1, width]))
    return tf.reshape(outputs, [-1, *between, outputs.shape[-1]])
