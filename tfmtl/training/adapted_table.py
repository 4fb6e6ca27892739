"""An embedding table of which an inner step has moved some rows."""

from typing import Any

import tensorflow as tf


class AdaptedTable:
    """A table and the changes of some of its rows, read by rows.

        rows(ids)[i] = table[ids[i]] + sum of values[j] with indices[j] = ids[i]

    It stands in for the table's variable where that is read by `tf.gather`:
    what it costs depends on the rows that are changed and read, not on the
    size of the table. The gradient flows to the changes and, by rows, to the
    table.

    Args:
        table: The variable, `(rows, dim)`.
        changes: What the rows have been moved by. Rows may occur twice.

    Example:

    >>> changes = tf.IndexedSlices(tf.constant([[0.5]]), tf.constant([2]))
    >>> table = AdaptedTable(tf.Variable([[1.0], [2.0], [3.0]]), changes)
    >>> tf.gather(table, [2, 0]).numpy().tolist()
    [[3.5], [1.0]]
    """

    def __init__(
        self, table: tf.Variable | tf.Tensor, changes: tf.IndexedSlices
    ) -> None:
        self.table = table
        self.changes = changes
        self.shape = table.shape
        self.dtype = table.dtype

    def moved(self, changes: tf.IndexedSlices) -> "AdaptedTable":
        """Returns the table with further changes on top."""
        both = (self.changes, changes)
        values = tf.concat([change.values for change in both], 0)
        indices = tf.concat(
            [tf.cast(change.indices, tf.int64) for change in both], 0
        )
        return AdaptedTable(self.table, tf.IndexedSlices(values, indices))

    def sparse_read(self, indices: tf.Tensor, name: str | None = None) -> Any:
        """Returns rows, as the method of `tf.Variable` does."""
        wanted = tf.cast(tf.reshape(indices, [-1]), tf.int64)
        changed = tf.cast(self.changes.indices, tf.int64)
        # Numbers all rows at hand, so that no sum has the table's length.
        # Those that are only read get the empty sum.
        distinct, places = tf.unique(tf.concat([changed, wanted], 0))
        total = tf.math.unsorted_segment_sum(
            self.changes.values,
            places[: tf.size(changed)],
            tf.size(distinct),
        )
        change = tf.gather(total, places[tf.size(changed) :])
        rows = tf.gather(self.table, indices, name=name)
        return rows + tf.reshape(change, tf.shape(rows))

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        # For layers that read the whole table anyway.
        table = tf.convert_to_tensor(self.table, dtype, name=name)
        places = tf.expand_dims(self.changes.indices, 1)
        return tf.tensor_scatter_nd_add(table, places, self.changes.values)
