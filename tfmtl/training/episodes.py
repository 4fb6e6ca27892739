"""Support and query sets to learn from by `MetaLearner`."""

from typing import Any

import tensorflow as tf


def episodes(batches: tf.data.Dataset, count: int = 2) -> tf.data.Dataset:
    """Makes an episode of each mini-batch: one half supports, one asks.

    That is what counts as a task where rows bring no division of their own:
    a random part of the training set, as the batches of a shuffled dataset
    are. `domain_episodes` is for rows that do.

    Args:
        batches: Yields `(features, labels)` or `(features, labels, weights)`
            in batches of one size; `batches(..., drop_remainder=True)` of
            `tfmtl.datasets.batches` does. Order and seed are its own.
        count: Number of episodes of a step.

    Returns:
        A dataset of `{"support": ..., "query": ...}`, each of the structure
        of `batches` with tensors `(count, rows, ...)`. Mini-batches too few
        for a step are left out.

    Raises:
        ValueError: If the mini-batches are not of one size, of a single row,
            or known to be too few for a step.

    Example:

    >>> rows = {"user": np.arange(12)}, {"click": np.arange(12) % 2}
    >>> batches = tf.data.Dataset.from_tensor_slices(rows).batch(
    ...     6, drop_remainder=True)
    >>> for step in tfmtl.training.episodes(batches, count=2):
    ...     features, labels = step["query"]
    ...     print(features["user"].numpy().tolist())
    [[3, 4, 5], [9, 10, 11]]

    Reference:
        [Finn et al., 2017](https://arxiv.org/abs/1703.03400), algorithm 1.
    """
    sizes = {
        spec.shape[0] if spec.shape.rank else None
        for spec in tf.nest.flatten(batches.element_spec)
    }
    size = sizes.pop()
    if sizes or size is None or size < 2 or count < 1:
        raise ValueError(
            "Episodes are made of mini-batches of one size, two rows or more; "
            "make these with drop_remainder=True. "
            f"Received: {batches.element_spec}, count={count!r}."
        )

    available = int(batches.cardinality())
    if 0 <= available < count:
        raise ValueError(
            f"A step needs {count} mini-batches; make them smaller, or lower "
            f"`count`. Received: {available} mini-batches of {size} rows."
        )

    def halve(*data: Any) -> dict[str, Any]:
        def part(rows: slice) -> Any:
            return tf.nest.map_structure(lambda tensor: tensor[:, rows], data)

        half = size // 2
        return {"support": part(slice(half)), "query": part(slice(half, None))}

    return batches.batch(count, drop_remainder=True).map(halve).prefetch(1)
