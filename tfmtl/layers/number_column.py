"""A column of one number for each row."""

from typing import Any

import tensorflow as tf


def number_column(what: str, column: Any) -> tf.Tensor:
    """Returns a column as `(batch, 1)` float32.

    Args:
        what: What it is the column of, for the message.
        column: `(batch,)` or `(batch, 1)`.

    Raises:
        ValueError: If it is known to have another shape.
    """
    column = tf.cast(column, tf.float32)
    fits = any(
        column.shape.is_compatible_with(shape) for shape in ([None], [None, 1])
    )
    if not fits:
        # Its numbers would become rows.
        raise ValueError(
            f"The column of {what} should hold one number for each row, in "
            "shape (batch,) or (batch, 1); give each of several numbers a "
            f"name of its own. Received: shape={tuple(column.shape)}."
        )
    return tf.reshape(column, [-1, 1])
