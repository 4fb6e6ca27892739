"""The labels a model predicts, each with its own activation, loss, metrics."""

import abc
import dataclasses
import math
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import metrics
from tfmtl.configurable import Configurable


@dataclasses.dataclass(frozen=True)
class Task(Configurable, abc.ABC):
    """What the tasks have in common.

    Args:
        name: Name of the label and of the model's output.
        parent: Name of the task that must succeed first, which makes a
            funnel: a row's label cannot be 1 where the parent's is 0.
        weight: Factor of the task's loss in the total.
        sample_space: None to learn from every row. Otherwise the name of a
            task: only the rows whose label of that task is 1 count in this
            task's loss and metrics (a conversion rate on clicked rows, say).

    Raises:
        ValueError: If the weight is negative or not finite.
    """

    name: str
    parent: str | None = None
    weight: float = 1.0
    sample_space: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weight < math.inf:
            raise ValueError(
                f"`weight` of task {self.name!r} should be finite and not "
                f"negative. Received: weight={self.weight!r}."
            )

    @property
    def loss_may_be_negative(self) -> bool:
        """Whether a row's loss may be below 0."""
        return False

    @abc.abstractmethod
    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the prediction that a raw score stands for."""

    @abc.abstractmethod
    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the loss per row, `(batch,)`, of `(batch, 1)` inputs."""

    @abc.abstractmethod
    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns new metrics; their names become `{task}_{metric}`."""


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class BinaryTask(Task):
    """Predicts the probability of a label in {0, 1}.

    The loss is the cross-entropy. It is computed from the score rather than
    from the probability, so that confident mistakes keep their gradient,
    whenever the prediction comes straight from `activation` (or from a Keras
    layer with a sigmoid activation).

    Args:
        positive_weight: Factor of the loss of rows whose label is 1. Any but
            1 makes the predictions other than probabilities.

    Raises:
        ValueError: If a weight is negative or not finite, or
            `positive_weight` is 0.

    Example:

    >>> click = BinaryTask("click")
    >>> purchase = BinaryTask("purchase", parent="click", weight=2.0)
    """

    positive_weight: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.positive_weight < math.inf:
            raise ValueError(
                f"`positive_weight` of task {self.name!r} should be positive "
                "and finite. "
                f"Received: positive_weight={self.positive_weight!r}."
            )

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns `sigmoid(score)`."""
        # Keras remembers the score on the result and its loss picks it up.
        return keras.activations.sigmoid(score)

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the cross-entropy per row."""
        rows = keras.losses.binary_crossentropy(label, prediction)
        if self.positive_weight == 1:
            return rows
        return rows * (1 + (self.positive_weight - 1) * label[:, 0])

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns exact AUC, log-loss and calibration error."""
        return [metrics.AUC(), metrics.LogLoss(), metrics.CalibrationError()]


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class CountTask(Task):
    """Predicts a count, or another amount that is never negative.

        prediction = label_scale * link(score)
        loss       = rate - label / label_scale * log(rate), rate = link(score)

    The loss is the Poisson deviance up to a constant, negative for large
    counts. With the default link it is computed from the score, so that it
    keeps its gradient wherever the score is.

    Args:
        label_scale: What a label is divided by in the loss, and a prediction
            multiplied by: that of a task with large labels, so that its loss
            does not drown the others'. Metrics are on the scale of the label.
        link: None for the exponential, or a function of the score that Keras
            can save, such as `keras.activations.softplus`.

    Raises:
        ValueError: If a weight is negative or not finite, or `label_scale` is
            not positive and finite.

    Example:

    >>> clicks = CountTask("clicks")
    >>> spend = CountTask("spend", label_scale=250.0)
    """

    label_scale: float = 1.0
    link: Callable[[tf.Tensor], tf.Tensor] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.label_scale < math.inf:
            raise ValueError(
                f"`label_scale` of task {self.name!r} should be positive and "
                "finite; take the mean of the training labels, say. "
                f"Received: label_scale={self.label_scale!r}."
            )

    @property
    def loss_may_be_negative(self) -> bool:
        """Whether a row's loss may be below 0: yes."""
        return True

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the scaled link; `exp` of a score held in [-15, 15]."""
        if self.link is not None:
            return self.label_scale * self.link(score)
        rate = tf.exp(tf.clip_by_value(score, -15.0, 15.0))
        prediction = self.label_scale * rate
        # As Keras does for the sigmoid: beyond 15 the rate has no gradient.
        prediction._log_rate = score
        return prediction

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the Poisson loss per row."""
        label = label / self.label_scale
        score = getattr(prediction, "_log_rate", None)
        if score is not None:
            rows = tf.nn.log_poisson_loss(label, score)
        else:
            rate = prediction / self.label_scale
            rows = rate - label * tf.math.log(tf.maximum(rate, 1e-7))
        return tf.reduce_mean(rows, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        link = keras.saving.serialize_keras_object(self.link)
        return {**super().get_config(), "link": link}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "CountTask":
        """Returns the task that `get_config` describes."""
        link = keras.saving.deserialize_keras_object(config.get("link"))
        return cls(**{**config, "link": link})

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns NMAE and SMAPE."""
        return [metrics.NMAE(), metrics.SMAPE()]


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class RegressionTask(Task):
    """Predicts a real number, by squared error."""

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the score itself."""
        return score

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the squared error per row."""
        return keras.losses.mean_squared_error(label, prediction)

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns NMAE and SMAPE."""
        return [metrics.NMAE(), metrics.SMAPE()]


def check_tasks(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Returns the tasks as a tuple, or refuses them.

    Args:
        tasks: Tasks of one model, parents before their children.

    Raises:
        ValueError: If this is no list, there are none or other objects, two
            share a name, or one names a parent or a sample space that is not
            a task before it.
    """
    if not isinstance(tasks, Iterable):
        raise ValueError(
            "`tasks` should be a list, also of a single task: [task]. "
            f"Received: tasks={tasks!r}."
        )
    tasks = tuple(tasks)
    if not tasks:
        raise ValueError("A model needs at least one task. Received: [].")
    seen: list[str] = []
    for task in tasks:
        if not isinstance(task, Task):
            raise ValueError(
                "Tasks should be objects such as BinaryTask, and come after "
                f"the features. Received: {task!r}."
            )
        if task.name in seen:
            raise ValueError(
                "Every task should have a name of its own; rename one. "
                f"Received more than once: {task.name!r}."
            )
        for role in ("parent", "sample_space"):
            other = getattr(task, role)
            if other is not None and other not in seen:
                raise ValueError(
                    f"`{role}` of task {task.name!r} should name a task that "
                    "stands before it in the list; add it or move it forward. "
                    f"Received: {role}={other!r}, tasks before: {seen}."
                )
        seen.append(task.name)
    return tasks


def check_path(tasks: Sequence[Task], model: str) -> None:
    """Refuses tasks that are not one path, each the parent of the next.

    Args:
        tasks: Tasks of a sequential model.
        model: Name of that model, for the message.

    Raises:
        ValueError: If there are fewer than two tasks, the path has a gap, or
            a task on it is not binary.
    """
    if len(tasks) < 2:
        raise ValueError(
            f"{model} needs at least two tasks on one path; use SingleTask or "
            f"SharedBottom for one. Received: {[task.name for task in tasks]}."
        )
    previous = None
    for task in tasks:
        if not isinstance(task, BinaryTask):
            raise ValueError(
                f"{model} hands probabilities from task to task; make "
                f"{task.name!r} a BinaryTask. Received: {task!r}."
            )
        if task.parent != previous:
            raise ValueError(
                f"{model} needs tasks on one path, each with the task before "
                f"it as parent; set parent={previous!r} on {task.name!r}. "
                f"Received: parent={task.parent!r}."
            )
        previous = task.name
