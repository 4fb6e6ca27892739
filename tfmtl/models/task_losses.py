"""The loss of each task over a batch, and which rows count in it."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import types
from tfmtl.tasks import Task


def task_losses(
    tasks: Sequence[Task],
    labels: types.Tensors,
    predictions: types.Tensors,
    sample_weight: Any,
) -> tuple[dict[str, tf.Tensor], dict[str, tf.Tensor]]:
    """Returns each task's mean loss over its rows, and how much they weigh.

    The mean is not weighted by the task. It is 0 where no row counts.

    Args:
        tasks: Tasks of the model.
        labels: Labels of all tasks, `(batch, 1)` each.
        predictions: Predictions of all tasks, `(batch, 1)` each.
        sample_weight: None, one weight per row, or a dict of these by task.

    Raises:
        ValueError: If a task has no prediction.
    """
    missing = [task.name for task in tasks if task.name not in predictions]
    if missing:
        raise ValueError(
            "`call` should return a dict with one prediction per task; add "
            f"{missing}. Received: {sorted(predictions)}."
        )
    losses, sums = {}, {}
    for task in tasks:
        rows = task.loss(labels[task.name], predictions[task.name])
        weights = row_weights(task, labels, sample_weight)
        if weights is None:
            weights = tf.ones_like(rows)
        sums[task.name] = tf.reduce_sum(weights)
        # A replica may be left without rows of a last, small batch.
        losses[task.name] = tf.math.divide_no_nan(
            tf.reduce_sum(rows * weights), sums[task.name]
        )
    return losses, sums


def row_weights(
    task: Task, labels: types.Tensors, sample_weight: Any
) -> tf.Tensor | None:
    """Returns `(batch,)` weights of a task's rows, None where all are 1.

    Args:
        task: Task with or without a sample space.
        labels: Labels of all tasks, `(batch, 1)` each.
        sample_weight: None, one weight per row, or a dict of these by task.
    """
    if isinstance(sample_weight, Mapping):
        sample_weight = sample_weight.get(task.name)
    if sample_weight is not None:
        sample_weight = tf.reshape(tf.cast(sample_weight, tf.float32), [-1])
    if task.sample_space is None:
        return sample_weight
    inside = tf.reshape(labels[task.sample_space], [-1])
    return inside if sample_weight is None else inside * sample_weight
