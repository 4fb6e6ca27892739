"""The loss of one batch, in parts and in total."""

import dataclasses

import tensorflow as tf

from tfmtl import types


@dataclasses.dataclass(frozen=True)
class JointLoss:
    """The loss of one batch as `MultiTaskModel.joint_loss` returns it.

    Args:
        tasks: `{task name: mean loss over the batch}`, not weighted.
        rest: What is added whatever the tasks weigh: the model's auxiliary
            loss and its regularisation.
        total: What is minimised: the tasks' losses as the balancing combines
            them, and the rest.
        shown: The tasks' losses by their fixed weights, and the rest.
        rows: `{task name: sum of the weights of its rows}`, by which the mean
            counts among those of other batches; 0 if it has no row here.

    Example:

    >>> loss = tfmtl.losses.JointLoss(
    ...     {"click": 0.5}, 0.1, 0.6, 0.6, {"click": 8.0}
    ... )
    >>> loss.tasks["click"]
    0.5
    """

    tasks: types.Tensors
    rest: tf.Tensor | float
    total: tf.Tensor
    shown: tf.Tensor
    rows: types.Tensors
