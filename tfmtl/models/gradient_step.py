"""One step of a model's optimizer, and the loss that it lowers."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses import JointLoss
from tfmtl.models import non_finite_loss_error
from tfmtl.models.task_losses import task_losses


def gradient_step(model: Any, data: Any) -> JointLoss:
    """Takes one step of the optimizer, and returns the loss before it.

    Args:
        model: A compiled `MultiTaskModel`.
        data: Features, labels and perhaps row weights of one batch.
    """
    features, labels, weight = keras.utils.unpack_x_y_sample_weight(data)
    with tf.GradientTape(model.balancing.changes_gradients) as tape:
        loss = model.joint_loss(features, labels, weight)
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    scale = model.optimizer.scale_loss(tf.ones(()) / replicas)
    gradients = model.balancing.gradients(model, tape, loss, scale)
    # One that scales the loss expects gradients to overflow, and skips them.
    overflows = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    with tf.control_dependencies(
        non_finite_loss_error.checks(
            loss.tasks, loss.total, [] if overflows else gradients
        )
    ):
        model.optimizer.apply(gradients, model.trainable_variables)
    return loss


def loss_of(
    model: Any, labels: types.Tensors, predictions: types.Tensors, weight: Any
) -> JointLoss:
    """Returns the joint loss of predictions that a model has just made.

    Args:
        model: A `MultiTaskModel`, which adds its own terms.
        labels: Labels of all tasks, `(batch, 1)` each.
        predictions: Predictions of all tasks, `(batch, 1)` each.
        weight: None, one weight per row, or a dict of these by task.
    """
    losses, rows = task_losses(model.tasks, labels, predictions, weight)
    rest = model.auxiliary_loss(labels, predictions) + sum(model.losses)
    shown = model.balancing.weighted_sum(losses) + rest
    total = model.balancing.combine(losses) + rest
    return JointLoss(losses, rest, total, shown, rows)
