"""Weights of losses by which all tasks pull alike."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses.balanced import Learner
from tfmtl.losses.balanced import WeightedTask
from tfmtl.losses.balanced import refuse_negative_losses
from tfmtl.losses.gradient_norm import ScaledToTheirNumber
from tfmtl.losses.gradient_norm import norm_of
from tfmtl.losses.joint_loss import JointLoss
from tfmtl.losses.loss_balancing import LossBalancing


@keras.saving.register_keras_serializable("tfmtl")
class GradNorm(LossBalancing):
    """Learns weights under which the tasks' gradients are of like size.

        objective = sum over t of w[t] * loss[t],    sum of w = tasks
        norm[t]   = |gradient of w[t] * loss[t] by the last shared weights|
        rate[t]   = (loss[t] / first loss[t]) / mean over tasks of the same
        w falls on  sum over t of |norm[t] - mean(norm) * rate[t] ** alpha|

    A task that pulls too hard for how far it has come loses weight. What the
    norms ought to be counts as a constant. The weights start at 1, are moved
    by the model's optimizer, and are scaled to their sum after every step.
    Both means are over the tasks that have rows in the batch, which are those
    whose loss is not exactly 0.

    The last shared weights are those that the model names by
    `last_shared_weights()`. Where the tasks share embedding tables only,
    their gradient is taken at what was looked up: at the outputs of the
    embedding, one vector for each id of the batch, never at the whole table.

    Each step takes, beside the gradient of the objective, one for each task
    from its loss down to the last shared weights. Under several replicas the
    weights follow the mean over the replicas.

    `fit` logs `{task}_weight`, and as `loss` the sum with weights of 1.

    Args:
        alpha: How hard a task that lags behind is spurred on. At 0 all norms
            are made equal.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If `alpha` is negative or not finite; by the model, if it
            shares nothing, a task has a weight of its own, or a loss may be
            negative (and `alpha` is not 0).

    Example:

    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     bottom_units=(32,),
    ...     balancing=tfmtl.losses.GradNorm(alpha=0.5),
    ... )
    >>> model.compile(tfmtl.optimizers.LazyAdam())

    Reference:
        [Chen et al., 2018](https://arxiv.org/abs/1711.02257), eq. 1-2.
    """

    changes_gradients = True

    def __init__(self, alpha: float = 1.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= alpha < math.inf:
            raise ValueError(
                "`alpha` should be finite and not negative. "
                f"Received: alpha={alpha!r}."
            )
        self.alpha = alpha

    def check_tasks(self, tasks: Sequence[WeightedTask]) -> None:
        """Refuses tasks with weights of their own, and negative losses."""
        if self.alpha:
            refuse_negative_losses(tasks, f"GradNorm(alpha={self.alpha})")
        for task in tasks:
            if task.weight != 1:
                raise ValueError(
                    "GradNorm finds the weights of the tasks; leave out "
                    f"`weight`. Received: {task!r}."
                )

    def check_model(self, model: Learner) -> None:
        """Refuses a model whose tasks share no weights."""
        if not model.last_shared_weights():
            raise ValueError(
                "GradNorm compares gradients at the last weights that all "
                "tasks share; let the tasks share a layer and the model name "
                "its weights by `last_shared_weights()`, or take another "
                f"balancing. Received: {type(model).__name__}, which names "
                "none."
            )

    def make_weights(self) -> None:
        """Creates the tasks' weights and room for their first losses."""
        count = len(self.task_weights)
        self.loss_weights = self.add_weight(
            name="loss_weights",
            shape=(count,),
            initializer="ones",
            constraint=ScaledToTheirNumber(),
            aggregation="mean",  # the constraint is applied by each replica
        )
        self.first_losses = self.add_weight(
            name="first_losses",
            shape=(count,),
            initializer="zeros",
            trainable=False,
            aggregation="mean",
        )

    def combine(self, losses: types.Tensors) -> tf.Tensor:
        """Returns the objective."""
        weights = tf.stop_gradient(self.loss_weights.value)
        return tf.reduce_sum(weights * self._stack(losses))

    def gradients(
        self,
        model: Learner,
        tape: tf.GradientTape,
        loss: JointLoss,
        scale: tf.Tensor,
    ) -> list[Any]:
        """Returns the objective's gradient, and GradNorm's for the weights."""
        gradients = super().gradients(model, tape, loss, scale)
        shared = model.last_shared_weights()
        norms = tf.stack(
            [
                norm_of(tape.gradient(loss.tasks[name], shared), name)
                for name in self.task_weights
            ]
        )
        pull = self._pull(norms, self._stack(loss.tasks)) * scale
        return [
            pull if variable is self.loss_weights else gradient
            for variable, gradient in zip(
                model.trainable_variables, gradients, strict=True
            )
        ]

    def logs(self) -> dict[str, tf.Tensor]:
        """Returns the weight of each task."""
        weights = tf.unstack(self.loss_weights.value)
        names = [f"{name}_weight" for name in self.task_weights]
        return dict(zip(names, weights, strict=True))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "alpha": self.alpha}

    def _stack(self, losses: types.Tensors) -> tf.Tensor:
        return tf.stack([losses[name] for name in self.task_weights])

    def _pull(self, norms: tf.Tensor, losses: tf.Tensor) -> tf.Tensor:
        """Returns the gradient by which the weights are moved.

        It is sign(norm[t] - target[t]) * norm[t] / w[t]: the norm is
        proportional to the weight.
        """
        present = tf.cast(losses != 0, losses.dtype)
        weighted = self.loss_weights.value * norms
        target = _mean(weighted, present)
        if self.alpha:
            left = tf.math.divide_no_nan(losses, self._first(losses))
            rate = tf.math.divide_no_nan(left, _mean(left, present))
            target *= rate**self.alpha
        return tf.sign(weighted - target) * norms

    def _first(self, losses: tf.Tensor) -> tf.Tensor:
        """Returns each task's first loss, and notes it if it is this one."""
        known = self.first_losses.value
        # A batch may have no row of a task, and a first step may fail.
        is_first = (known == 0) & tf.math.is_finite(losses)
        first = tf.where(is_first, losses, known)
        self.first_losses.assign(first)
        return first


def _mean(values: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    """Returns the mean over the tasks that are present, 0 without any."""
    return tf.math.divide_no_nan(
        tf.reduce_sum(values * present), tf.reduce_sum(present)
    )
