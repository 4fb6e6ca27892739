"""Penalty on predictions that contradict the order of a path."""

from collections.abc import Sequence

import tensorflow as tf


def order_violation(predictions: Sequence[tf.Tensor]) -> tf.Tensor:
    """Returns by how much later steps of a path exceed the steps before.

    A purchase cannot be likelier than the click it needs:

        mean over rows of sum over t >= 1 of max(p[t] - p[t - 1], 0)

    It is the mean over the batch, not the sum: the weight of the term must
    not depend on the batch size.

    Args:
        predictions: Unconditional probabilities of the steps, in order,
            `(batch, 1)` each.

    Returns:
        A scalar; 0 for a path of one step, and without rows.

    Example:

    >>> click, buy = tf.constant([[0.5], [0.1]]), tf.constant([[0.2], [0.3]])
    >>> round(float(tfmtl.losses.order_violation([click, buy])), 4)
    0.1

    Reference:
        [Xi et al., 2021](https://arxiv.org/abs/2105.08489), eq. 9.
    """
    path = tf.concat(list(predictions), axis=1)
    excess = tf.nn.relu(path[:, 1:] - path[:, :-1])
    rows = tf.cast(tf.shape(path)[0], path.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(excess), rows)
