"""What all ways to balance the losses of tasks have in common."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses.balanced import Learner
from tfmtl.losses.balanced import WeightedTask
from tfmtl.losses.joint_loss import JointLoss


class LossBalancing(keras.layers.Layer, abc.ABC):
    """Turns the losses of the tasks into one objective and its gradient.

    A model is given one by its argument `balancing`, and owns it from then
    on: its weights are saved and trained with the model's. They are never
    decayed.

    A subclass writes `combine`. It may also write `check_tasks` and
    `check_model` (refuse what it cannot balance), `make_weights` (its
    variables), `gradients` (if the gradient is not that of the objective;
    then it sets `changes_gradients`) and `logs` (what `fit` shows of it).

    Whatever the balancing, `loss` and `val_loss` in the logs are the tasks'
    losses by their fixed weights and the model's own terms. An objective with
    weights that are learned cannot be compared between epochs, and
    `UncertaintyWeighting`'s goes below 0. To stop early or to choose a model,
    monitor `val_auc_sum`.

    Args:
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Example:

    >>> @keras.saving.register_keras_serializable("docs")
    ... class WorstTask(tfmtl.losses.LossBalancing):
    ...     def combine(self, losses):
    ...         return tf.reduce_max(tf.stack(list(losses.values())))
    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.NumericFeature("price")],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     balancing=WorstTask(),
    ... )
    """

    changes_gradients = False

    def __init__(self, **kwargs: Any) -> None:
        # Losses are float32 in mixed precision too.
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.task_weights: dict[str, float] = {}

    def bind(self, tasks: Sequence[WeightedTask]) -> None:
        """Makes the balancing that of one model; the model calls it.

        Args:
            tasks: Tasks of the model.

        Raises:
            ValueError: If it belongs to a model already, or cannot balance
                these tasks.
        """
        if self.task_weights:
            raise ValueError(
                "A balancing belongs to one model; make one for each. "
                f"Received: {self!r}, which is that of "
                f"{self.task_names}."
            )
        self.check_tasks(tasks)
        self.task_weights = self.weights_of(tasks)
        self.make_weights()
        self.built = True

    @abc.abstractmethod
    def combine(self, losses: types.Tensors) -> tf.Tensor:
        """Returns what is minimised.

        Args:
            losses: `{task name: mean loss}`, not weighted; exactly 0 for a
                task without rows in the batch, as by its sample space.
        """

    def check_tasks(self, tasks: Sequence[WeightedTask]) -> None:
        """Raises a `ValueError` if it cannot balance these tasks."""

    def check_model(self, model: Learner) -> None:
        """Raises a `ValueError` if it cannot balance this model's tasks."""

    def make_weights(self) -> None:
        """Creates the variables; `task_names` is known by now."""

    def gradients(
        self,
        model: Learner,
        tape: tf.GradientTape,
        loss: JointLoss,
        scale: tf.Tensor,
    ) -> list[Any]:
        """Returns the gradient for each of the model's trainable variables.

        Args:
            model: The model that is trained.
            tape: What recorded the loss; persistent if `changes_gradients`.
            loss: Loss of the batch.
            scale: Factor of all gradients that go to the optimizer.
        """
        return tape.gradient(
            loss.total, model.trainable_variables, output_gradients=scale
        )

    def logs(self) -> dict[str, tf.Tensor]:
        """Returns what `fit` logs beside the losses, as it is now."""
        return {}

    @property
    def task_names(self) -> list[str]:
        """Names of the tasks, in order."""
        return list(self.task_weights)

    def weights_of(self, tasks: Sequence[WeightedTask]) -> dict[str, float]:
        """Returns the fixed weight of each task."""
        return {task.name: task.weight for task in tasks}

    def weighted_sum(self, losses: types.Tensors) -> tf.Tensor:
        """Returns the sum of the losses by the fixed weights."""
        return tf.add_n([w * losses[n] for n, w in self.task_weights.items()])
