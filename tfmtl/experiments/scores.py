"""The tasks' metrics of given predictions."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmtl.experiments.part import Part
from tfmtl.models.evaluation import Evaluation
from tfmtl.models.task_losses import row_weights
from tfmtl.models.task_losses import task_losses
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task


def score(
    tasks: Sequence[Task], part: Part, predictions: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Returns `{task}_{metric}` for all tasks, and what models are chosen by.

    That is the sum of the AUCs, `auc_sum`, or `loss_sum`, the sum of the
    losses, if there is a task that has no AUC.

    Args:
        tasks: Tasks of the data.
        part: Rows with the labels.
        predictions: `{task: (rows, 1)}`.
    """
    labels = {task.name: tf.constant(part.y[task.name]) for task in tasks}
    with Evaluation(tasks) as evaluation:
        evaluation.update(
            labels,
            {task.name: predictions[task.name] for task in tasks},
            {task.name: row_weights(task, labels, None) for task in tasks},
        )
        results = evaluation.results()
    if not _have_auc(tasks):
        losses, _ = task_losses(tasks, labels, predictions, None)
        results["loss_sum"] = sum(
            task.weight * float(losses[task.name]) for task in tasks
        )
    return results


def dev_score(metrics: Mapping[str, float]) -> float:
    """Returns what models are chosen by, greater where better.

    Args:
        metrics: Metrics on dev.
    """
    if "loss_sum" in metrics:
        return -metrics["loss_sum"]
    return metrics["auc_sum"]


def criterion(tasks: Sequence[Task]) -> str:
    """Returns in words what models are chosen by.

    Args:
        tasks: Tasks of the data.
    """
    of_what = "AUCs" if _have_auc(tasks) else "losses"
    return f"the sum of the tasks' {of_what}"


def monitor(tasks: Sequence[Task]) -> tuple[str, str]:
    """Returns the log to stop early by, and whether `max` or `min` is best.

    Args:
        tasks: Tasks of the data.
    """
    return ("val_auc_sum", "max") if _have_auc(tasks) else ("val_loss", "min")


def _have_auc(tasks: Sequence[Task]) -> bool:
    return all(isinstance(task, BinaryTask) for task in tasks)
