"""Attention over the few rows of a small matrix, many matrices at once.

Queries, keys and values as such are never formed. A head's score of two rows
is `(a @ query) . (b @ key) = (a @ query @ key^T) . b`, so that all heads of an
example meet its rows in one product, and the weighted sum is taken over the
rows before `value` is applied to it. On a CPU that saves most of the time,
which goes into many tiny products and transpositions.
"""

import tensorflow as tf

from tfmtl.layers.sizes import check_sizes


def check_heads(units: int, num_heads: int) -> None:
    """Refuses sizes that do not split evenly.

    Args:
        units: Width of all heads together.
        num_heads: Number of heads.

    Raises:
        ValueError: If a size is not positive or the heads differ in width.
    """
    check_sizes(units=units, num_heads=num_heads)
    if units % num_heads:
        raise ValueError(
            "`units` should be a multiple of `num_heads`. "
            f"Received: units={units!r}, num_heads={num_heads!r}."
        )


def to_keys(queries: tf.Tensor, key: tf.Tensor, num_heads: int) -> tf.Tensor:
    """Returns what the inputs are multiplied by to score them.

    Args:
        queries: `(rows, units)`, the heads side by side.
        key: `(inputs, units)`, the kernel of the keys.
        num_heads: Number of heads.

    Returns:
        `(rows, heads, inputs)`, scaled by the root of a head's width.
    """
    width = key.shape[1] // num_heads
    split = [
        tf.reshape(tensor, [tensor.shape[0], num_heads, width])
        for tensor in (queries, key)
    ]
    return tf.einsum("qhd,khd->qhk", *split) * width**-0.5


def weighted_values(
    weights: tf.Tensor, inputs: tf.Tensor, value: tf.Tensor, num_heads: int
) -> tf.Tensor:
    """Returns the weighted sums of `inputs @ value`, the heads side by side.

    Args:
        weights: `(batch, rows * heads, inputs)`, the heads of a row together.
        inputs: `(batch, inputs, width)`.
        value: `(width, units)`, the kernel of the values.
        num_heads: Number of heads.

    Returns:
        `(batch, rows, units)`.
    """
    width, units = value.shape
    rows = weights.shape[1] // num_heads
    sums = tf.reshape(tf.matmul(weights, inputs), [-1, num_heads * width])
    # One product for all heads: zeros keep a head from another's units.
    split = tf.reshape(value, [width, num_heads, units // num_heads])
    blocks = tf.einsum(
        "whd,hg->hwgd", split, tf.eye(num_heads, dtype=value.dtype)
    )
    kernel = tf.reshape(blocks, [num_heads * width, units])
    return tf.reshape(tf.matmul(sums, kernel), [-1, rows, units])


def by_head(weights: tf.Tensor, num_heads: int) -> tf.Tensor:
    """Returns `(batch, heads, rows, inputs)` of weights as above."""
    count = weights.shape[-1]
    split = tf.reshape(
        weights, [-1, weights.shape[1] // num_heads, num_heads, count]
    )
    return tf.transpose(split, [0, 2, 1, 3])
