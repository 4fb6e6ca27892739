"""Takes out of each task's gradient what works against another task."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

# One gradient for each variable: a tensor, `tf.IndexedSlices`, or None where
# the loss does not depend on the variable.
Gradients = Sequence[Any]


def project(tasks: Sequence[Gradients], order: tf.Tensor) -> list[Any]:
    """Returns the sum of the tasks' gradients, freed of their conflicts.

    Task i's gradient is compared with that of every other task j, in the
    order given, over the variables that both depend on; where the two point
    apart, g[i] loses its part along g[j]:

        g[i] = g[i] - min(g[i] . g[j], 0) / |g[j]|^2 * g[j]

    g[j] is what it was at first. As all that comes out is a sum of the first
    gradients with other factors, only their inner products are needed.

    Args:
        tasks: Gradients of each task, for the same variables.
        order: `(tasks, tasks)`, for each task an order of all tasks.

    Returns:
        A gradient for each variable, None where no task depends on it. Those
        of rows come back as `tf.IndexedSlices` of distinct rows.
    """
    columns = [_Column(gradients) for gradients in zip(*tasks, strict=True)]
    groups = sorted({c.tasks for c in columns if len(c.tasks) > 1})
    if not groups:
        return [column.sum(None) for column in columns]
    products = []
    for group in groups:
        parts = [c.products(len(tasks)) for c in columns if c.tasks == group]
        products.append(tf.add_n(parts))
    factors = _factors(tf.stack(products), _members(groups, len(tasks)), order)
    by_group = dict(zip(groups, tf.unstack(factors), strict=True))
    return [column.sum(by_group.get(column.tasks)) for column in columns]


class _Column:
    """The gradients of all tasks for one variable.

    Args:
        gradients: One for each task.
    """

    def __init__(self, gradients: Gradients) -> None:
        self.tasks = tuple(
            t for t, gradient in enumerate(gradients) if gradient is not None
        )
        parts = [gradients[t] for t in self.tasks]
        self._rows: tf.Tensor | None = None
        self._shape: Any = None
        if len(parts) > 1 and all(
            isinstance(part, tf.IndexedSlices) for part in parts
        ):
            self._rows, self._parts = _by_distinct_rows(parts)
            self._shape = parts[0].dense_shape
        elif len(parts) > 1:
            self._parts = [tf.convert_to_tensor(part) for part in parts]
        else:
            self._parts = parts

    def products(self, count: int) -> tf.Tensor:
        """Returns `(count, count)` inner products, 0 for tasks without."""
        flat = tf.stack([tf.reshape(part, [-1]) for part in self._parts])
        products = tf.matmul(flat, flat, transpose_b=True)
        places = tf.one_hot(self.tasks, count, dtype=products.dtype)
        return tf.matmul(places, tf.matmul(products, places), transpose_a=True)

    def sum(self, factors: Any) -> Any:
        """Returns the sum of the gradients, by each task's factor if shared."""
        if len(self._parts) < 2:
            return self._parts[0] if self._parts else None
        total = tf.add_n(
            [
                factors[task] * part
                for task, part in zip(self.tasks, self._parts, strict=True)
            ]
        )
        if self._rows is None:
            return total
        return tf.IndexedSlices(total, self._rows, self._shape)


def _by_distinct_rows(
    slices: Sequence[tf.IndexedSlices],
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Returns the rows that occur, and each gradient's sums by row."""
    indices = [part.indices for part in slices]
    rows, place = tf.unique(tf.concat(indices, axis=0))
    places = tf.split(place, [tf.shape(part)[0] for part in indices])
    sums = [
        tf.math.unsorted_segment_sum(part.values, own, tf.size(rows))
        for part, own in zip(slices, places, strict=True)
    ]
    return rows, sums


def _members(groups: Sequence[tuple[int, ...]], count: int) -> tf.Tensor:
    """Returns `(groups, tasks, tasks)`: 1 where both tasks are in a group."""
    inside = tf.stack(
        [tf.reduce_sum(tf.one_hot(group, count), axis=0) for group in groups]
    )
    return inside[:, :, tf.newaxis] * inside[:, tf.newaxis, :]


def _factors(
    products: tf.Tensor, members: tf.Tensor, order: tf.Tensor
) -> tf.Tensor:
    """Returns `(groups, tasks)`, by what each first gradient is multiplied.

    Args:
        products: `(groups, tasks, tasks)`, inner products of the gradients
            over the variables of one group.
        members: 1 where both tasks depend on the group's variables.
        order: `(tasks, tasks)`, whom each task is compared with in turn.
    """
    count = products.shape[-1]
    identity = tf.eye(count)
    # own[g, i, k]: how much of g[k] is in the projected g[i].
    own = identity * members
    lengths = tf.linalg.diag_part(products)[:, tf.newaxis, :]
    squares = tf.reduce_sum(members * lengths, axis=0)
    for turn in range(count):
        dots = tf.reduce_sum(members * tf.matmul(own, products), axis=0)
        excess = tf.math.divide_no_nan(tf.minimum(dots, 0.0), squares)
        other = tf.one_hot(order[:, turn], count) * (1 - identity)
        own -= members * (excess * other)
    return tf.reduce_sum(own, axis=1)
