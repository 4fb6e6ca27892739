"""Tasks and yardsticks of a forecast."""

from collections.abc import Callable
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from tfmtl.datasets.windows.window_spec import WindowSpec
from tfmtl.datasets.windows.window_spec import history_of
from tfmtl.tasks import CountTask

LAST_WEEK = "last week"
FOUR_WEEKS = "mean of four weeks"


def count_tasks(
    train: Mapping[str, np.ndarray],
    spec: WindowSpec,
    link: Callable[[tf.Tensor], tf.Tensor] | None = None,
) -> list[CountTask]:
    """Returns a task for each label, scaled by its mean in the train part.

    Args:
        train: Samples of the train part.
        spec: What was cut out.
        link: As of `CountTask`.

    Raises:
        ValueError: If a task is 0 in all samples: there is nothing to learn.

    Example:

    >>> count_tasks({"clicks": np.array([1.0, 3.0])},
    ...             WindowSpec(["clicks"], active_days=None))[0].label_scale
    2.0
    """
    means = {name: float(np.mean(train[name])) for name in spec.tasks}
    return scaled_tasks(means, len(train[spec.tasks[0]]), link)


def scaled_tasks(
    means: Mapping[str, float],
    rows: int,
    link: Callable[[tf.Tensor], tf.Tensor] | None = None,
) -> list[CountTask]:
    """Returns a task for each label, scaled by its mean.

    Args:
        means: Mean label of each task in the train part.
        rows: Number of its samples.
        link: As of `CountTask`.

    Raises:
        ValueError: If a mean is 0; the message names the task.
    """
    return [
        CountTask(name, label_scale=mean, link=link)
        for name, mean in checked_scales(means, rows).items()
    ]


def checked_scales(means: Mapping[str, float], rows: int) -> dict[str, float]:
    """Returns the means of labels, or refuses a task without any.

    Args:
        means: Mean label of each task in the train part.
        rows: Number of its samples.

    Raises:
        ValueError: If one is 0; the message names the task.
    """
    for name, mean in means.items():
        if not mean > 0:
            raise ValueError(
                f"Task {name!r} should be above 0 in some sample of the train "
                "part, or there is nothing to learn; leave it out of the "
                "targets, or take facts that have it. "
                f"Received: {name}=0 in all {rows} samples."
            )
    return dict(means)


def labels(
    samples: Mapping[str, np.ndarray], spec: WindowSpec
) -> dict[str, np.ndarray]:
    """Returns `{task: (rows, 1)}`, as `fit` takes it.

    Args:
        samples: Samples with labels.
        spec: What was cut out.
    """
    return {name: samples[name][:, np.newaxis] for name in spec.tasks}


def naive_forecasts(
    samples: Mapping[str, np.ndarray], spec: WindowSpec
) -> dict[str, dict[str, np.ndarray]]:
    """Returns what one would say without a model.

    Days that are not known count as 0.

    Args:
        samples: Samples, with labels or without.
        spec: What was cut out; of at least four weeks of history.

    Returns:
        `{"last week": ..., "mean of four weeks": ...}`, with `{task: (rows,)}`
        each: the sum of the last `ahead` days, and the mean of the last four
        such sums.

    Raises:
        ValueError: If the history is too short.
    """
    weeks = 4
    if spec.history < weeks * spec.ahead:
        raise ValueError(
            "The mean of four weeks needs a history of at least "
            f"{weeks * spec.ahead} days; take more. "
            f"Received: history={spec.history}."
        )
    days = {name: samples[history_of(name)] for name in spec.targets}
    if spec.active_days is not None:
        active = np.logical_or.reduce([each > 0 for each in days.values()])
        days[spec.active_days] = active.astype(np.float32)
    return {
        LAST_WEEK: {k: v[:, -spec.ahead :].sum(1) for k, v in days.items()},
        FOUR_WEEKS: {
            k: v[:, -weeks * spec.ahead :].sum(1) / weeks
            for k, v in days.items()
        },
    }
