"""The tasks' metrics of given predictions."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmtl.experiments.part import Part
from tfmtl.models.evaluation import Evaluation
from tfmtl.models.task_losses import row_weights
from tfmtl.tasks import Task


def score(
    tasks: Sequence[Task], part: Part, predictions: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Returns `{task}_{metric}` for all tasks, and the sum of the AUCs.

    Args:
        tasks: Tasks of the data.
        part: Rows with the labels.
        predictions: `{task: (rows, 1)}`.
    """
    labels = {task.name: tf.constant(part.y[task.name]) for task in tasks}
    evaluation = Evaluation(tasks)
    evaluation.update(
        labels,
        {task.name: predictions[task.name] for task in tasks},
        {task.name: row_weights(task, labels, None) for task in tasks},
    )
    return evaluation.results()


def dev_score(metrics: Mapping[str, float]) -> float:
    """Returns what models are chosen by: the sum of the tasks' AUCs.

    Args:
        metrics: Metrics on dev.
    """
    return metrics["auc_sum"]
