"""Feeds arrays that are in memory to `fit`, a whole batch at a time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

Weights = np.ndarray | Mapping[str, np.ndarray]

_PARTS = {"x": "feature", "y": "label", "w": "sample weight"}


def batches(
    features: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    batch_size: int,
    *,
    shuffle: bool = True,
    seed: int = 0,
    drop_remainder: bool = False,
    sample_weight: Weights | None = None,
) -> tf.data.Dataset:
    """Cuts arrays into shuffled batches, much cheaper than row by row.

    `Dataset.from_tensor_slices(...).shuffle(...).batch(...)` makes a tensor of
    every single value. Here columns of one type lie side by side in a matrix:
    an epoch costs one permutation of the row numbers, and a batch one gather a
    matrix. Each epoch has an order of its own; the same `seed` gives the same
    sequence of orders.

    The arrays are copied once; hand over `tfmtl.features.pack(...)` to spare
    the columns of a batch the way apart and together again.

    Args:
        features: Name to `(rows,)` or `(rows, width)`.
        labels: Name to `(rows,)` or `(rows, 1)`.
        batch_size: Rows a batch.
        shuffle: Whether to shuffle the rows anew in each epoch.
        seed: Int, the start of the sequence of orders.
        drop_remainder: Whether to leave out a last batch that is not full.
        sample_weight: Optional, an array or `{task: array}`, of `(rows,)`.

    Returns:
        A dataset of `(features, labels)` or `(features, labels, weights)`:
        features as `(batch_size,)` or `(batch_size, width)` in the type they
        had, labels and weights as float32 of `(batch_size, 1)`.

    Raises:
        ValueError: The arrays differ in length or are empty, or `batch_size`
            is not positive or leaves no full batch.

    Example:

    >>> dataset = batches(
    ...     {"age": np.arange(5)}, {"click": np.zeros(5)}, 2, shuffle=False
    ... )
    >>> [x["age"].numpy().tolist() for x, y in dataset]
    [[0, 1], [2, 3], [4]]
    """
    columns = {("x", name): np.asarray(features[name]) for name in features}
    columns |= {("y", name): _as_target(labels[name]) for name in labels}
    if isinstance(sample_weight, Mapping):
        for name, weight in sample_weight.items():
            columns["w", name] = _as_target(weight)
    elif sample_weight is not None:
        columns["w", ""] = _as_target(sample_weight)
    rows = _check(columns, batch_size, drop_remainder)
    gather = _Gather(columns)

    def assemble(indices: tf.Tensor) -> tuple[Any, ...]:
        parts: dict[str, dict[str, tf.Tensor]] = {"x": {}, "y": {}, "w": {}}
        for (part, name), tensor in gather(indices).items():
            parts[part][name] = tensor
        weights = parts["w"].get("", parts["w"])
        if sample_weight is None:
            return parts["x"], parts["y"]
        return parts["x"], parts["y"], weights

    indices = _indices(rows, batch_size, shuffle, seed, drop_remainder)
    return _without_python(indices.map(assemble).prefetch(1))


class _Gather:
    """Takes rows of many columns, with one gather for all of one type."""

    def __init__(self, columns: Mapping[tuple[str, str], np.ndarray]):
        groups: dict[np.dtype, list[tuple[str, str]]] = {}
        for key, column in columns.items():
            groups.setdefault(column.dtype, []).append(key)
        self.ranks = {key: column.ndim for key, column in columns.items()}
        self.groups = []
        for keys in groups.values():
            parts = [columns[key] for key in keys]
            parts = [part.reshape(len(part), -1) for part in parts]
            matrix = parts[0] if len(parts) == 1 else np.hstack(parts)
            # A NumPy array would be written into the graph of the dataset.
            tensor = tf.convert_to_tensor(matrix)
            widths = [part.shape[1] for part in parts]
            self.groups.append((tensor, keys, widths))

    def __call__(self, indices: tf.Tensor) -> dict[Any, tf.Tensor]:
        gathered = {}
        for matrix, keys, widths in self.groups:
            rows = tf.gather(matrix, indices)
            parts = tf.split(rows, widths, axis=1)
            for key, part in zip(keys, parts, strict=True):
                flat = self.ranks[key] == 1
                gathered[key] = tf.squeeze(part, 1) if flat else part
        return gathered


def _indices(
    rows: int, batch_size: int, shuffle: bool, seed: int, drop_remainder: bool
) -> tf.data.Dataset:
    """Yields the row numbers of each batch."""
    full = rows // batch_size
    last = 0 if drop_remainder else rows % batch_size

    def cut(order: tf.Tensor) -> tf.data.Dataset:
        head = tf.reshape(order[: full * batch_size], (full, batch_size))
        cuts = tf.data.Dataset.from_tensor_slices(head)
        if not last:
            return cuts
        rest = tf.data.Dataset.from_tensors(order[rows - last :])
        return cuts.concatenate(rest)

    if not shuffle:
        return cut(tf.range(rows))
    # The dataset of one random number is drawn anew in each epoch.
    draws = tf.data.Dataset.random(seed, rerandomize_each_iteration=True)
    # One function, for each takes milliseconds at the start of an epoch.
    indices = draws.take(1).flat_map(
        lambda draw: cut(
            tf.random.experimental.stateless_shuffle(
                tf.range(rows), seed=[draw, seed]
            )
        )
    )
    count_is_known = tf.data.experimental.assert_cardinality(full + (last > 0))
    return indices.apply(count_is_known)


def _without_python(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Returns the dataset as the runtime knows it, less its Python functions.

    A dataset that is still alive at the end of a script, in a global, would
    free its functions when half of TensorFlow is gone, and print errors.
    """
    variant = tf.data.experimental.to_variant(dataset)
    return tf.data.experimental.from_variant(variant, dataset.element_spec)


def _as_target(column: np.ndarray) -> np.ndarray:
    column = np.asarray(column, dtype=np.float32)
    return column.reshape(-1, 1) if column.ndim == 1 else column


def _check(
    columns: Mapping[tuple[str, str], np.ndarray],
    batch_size: int,
    drop_remainder: bool,
) -> int:
    """Returns the number of rows, or refuses the arrays."""
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        # A feature may have the name of a label.
        received = ", ".join(
            f"{_PARTS[part]} {name!r}: {length}"
            for (part, name), length in lengths.items()
        )
        raise ValueError(
            "All arrays must have the same number of rows. "
            f"Received: {received}."
        )
    rows = next(iter(lengths.values()), 0)
    least = batch_size if drop_remainder else 1
    if batch_size < 1 or rows < least:
        raise ValueError(
            "There must be rows for at least one batch; lower `batch_size` or "
            "set `drop_remainder=False`. Received: "
            f"rows={rows}, batch_size={batch_size}, "
            f"drop_remainder={drop_remainder}."
        )
    return rows
