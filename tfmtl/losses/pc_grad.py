"""Gradients of tasks without what works against other tasks."""

import random
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses import projection
from tfmtl.losses.balanced import Learner
from tfmtl.losses.joint_loss import JointLoss
from tfmtl.losses.loss_balancing import LossBalancing


@keras.saving.register_keras_serializable("tfmtl")
class PCGrad(LossBalancing):
    """Takes out of each task's gradient what works against another task.

    Where the gradients of two tasks point apart, each is projected onto the
    plane to which the other is normal, task by task in random order; then
    they are added up:

        for each task i, for all other tasks j in random order:
            g[i] = g[i] - min(g[i] . g[j], 0) / |g[j]|^2 * gradient[j]
        gradient = sum of g

    `gradient[j]` is that of `task.weight * loss`, untouched. Two tasks are
    compared over the weights that both depend on, and their towers stay out
    of it. The model's auxiliary loss and its regularisation are added as they
    are. With one task, or without conflicts, it is the gradient of the sum.

    It costs a backward pass for each task, and memory for as many gradients
    of the shared weights. Embedding tables are not made dense: their
    gradients are summed up by the distinct rows of the batch, so the cost
    does not grow with the vocabulary. Under several replicas each projects
    the gradients of its own rows.

    Args:
        seed: Optional int that makes the orders repeatable, also over an
            interruption; None takes a seed at random.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Example:

    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     balancing=tfmtl.losses.PCGrad(seed=0),
    ... )

    Reference:
        [Yu et al., 2020](https://arxiv.org/abs/2001.06782), algorithm 1.
    """

    changes_gradients = True

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self._key = random.randrange(2**31) if seed is None else seed

    def make_weights(self) -> None:
        """Creates the number of orders that were drawn."""
        self.calls = self.add_weight(
            name="calls",
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def combine(self, losses: types.Tensors) -> tf.Tensor:
        """Returns the weighted sum."""
        return self.weighted_sum(losses)

    def gradients(
        self,
        model: Learner,
        tape: tf.GradientTape,
        loss: JointLoss,
        scale: tf.Tensor,
    ) -> list[Any]:
        """Returns the sum of the projected gradients."""
        variables = model.trainable_variables
        tasks = [
            tape.gradient(
                loss.tasks[name], variables, output_gradients=scale * weight
            )
            for name, weight in self.task_weights.items()
        ]
        total = projection.project(tasks, self._order())
        if not isinstance(loss.rest, tf.Tensor):
            return total
        rest = tape.gradient(loss.rest, variables, output_gradients=scale)
        return [_plus(*pair) for pair in zip(total, rest, strict=True)]

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "seed": self.seed}

    def _order(self) -> tf.Tensor:
        """Returns for each task a random order of all tasks."""
        count = len(self.task_weights)
        seed = tf.stack([tf.constant(self._key, tf.int32), self.calls.value])
        self.calls.assign_add(1)
        draws = tf.random.stateless_uniform((count, count), seed)
        return tf.argsort(draws, axis=1)


def _plus(one: Any, other: Any) -> Any:
    """Returns the sum of two gradients, of which either may be None."""
    parts: Sequence[Any] = [part for part in (one, other) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    if all(isinstance(part, tf.IndexedSlices) for part in parts):
        return tf.IndexedSlices(
            tf.concat([part.values for part in parts], axis=0),
            tf.concat([part.indices for part in parts], axis=0),
            one.dense_shape,
        )
    return tf.convert_to_tensor(one) + tf.convert_to_tensor(other)
