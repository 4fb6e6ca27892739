"""What one episode comes to: its losses and the gradient to learn from."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple
from typing import Protocol

import keras
import tensorflow as tf

from tfmtl.training.inner_loop import Weights


class EpisodeOutcome(NamedTuple):
    """Losses of an episode and the gradient of the query set's.

    Args:
        gradients: For each trainable variable, through the inner steps.
        query_loss: What was minimised, after the inner steps.
        support_loss: The same on the support set, before them.
        query_shown: Loss of the query set for the logs.
        support_shown: Loss of the support set for the logs.
    """

    gradients: list[Any]
    query_loss: tf.Tensor
    support_loss: tf.Tensor
    query_shown: tf.Tensor
    support_shown: tf.Tensor


class Learner(Protocol):
    """What of a `MetaLearner` is needed here; its docstring says what it is."""

    model: Any
    inner_learning_rate: float
    first_order: bool
    inner_steps: int
    adapt: Callable[[keras.Variable], bool]
    inner_reduction: Callable[[tf.Tensor], tf.Tensor]


def judge_episode(
    learner: Learner, episode: Mapping[str, Any]
) -> EpisodeOutcome:
    """Adapts a model to a support set and judges it by the query set.

    Args:
        learner: What says how to adapt.
        episode: `{"support": ..., "query": ...}`, `(features, labels)` or
            `(features, labels, weights)` each.
    """
    losses = []

    def support_loss(weights: Weights) -> tf.Tensor:
        losses.append(_loss(learner, weights, episode["support"], False))
        return losses[-1][0]

    variables = learner.model.trainable_variables
    with tf.GradientTape() as tape:
        weights = Weights(variables)
        for _ in range(learner.inner_steps):
            weights = weights.after_step(
                support_loss,
                learner.inner_learning_rate,
                learner.adapt,
                learner.first_order,
            )
        query = _loss(learner, weights, episode["query"], True)
    gradients = tape.gradient(query[0], [each.value for each in variables])
    support = losses[0]
    return EpisodeOutcome(gradients, query[0], support[0], query[1], support[1])


def weighted_sum(gradients: Sequence[Any], shares: tf.Tensor) -> Any:
    """Returns the sum over episodes of share times gradient.

    Args:
        gradients: Gradient of one variable, one for each episode.
        shares: One number for each episode.
    """
    if gradients[0] is None:
        return None
    pairs = list(zip(gradients, tf.unstack(shares), strict=True))
    if not isinstance(gradients[0], tf.IndexedSlices):
        return tf.add_n([share * gradient for gradient, share in pairs])
    return tf.IndexedSlices(
        tf.concat([share * each.values for each, share in pairs], 0),
        tf.concat([each.indices for each in gradients], 0),
        gradients[0].dense_shape,
    )


def _loss(
    learner: Learner, weights: Weights, data: Any, is_query: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the loss of a set, to be minimised and to be shown."""
    features, labels, row_weights = keras.utils.unpack_x_y_sample_weight(data)
    with weights.scope() as scope:
        loss = learner.model.joint_loss(features, labels, row_weights)
    for variable in learner.model.non_trainable_variables:
        state = scope.get_current_value(variable)
        is_counter = not tf.as_dtype(variable.dtype).is_floating
        # Draws go on from set to set; running means are of query sets only.
        if state is not None and (is_query or is_counter):
            variable.assign(state)
    rows = tf.nest.flatten(labels)[0]
    count = tf.shape(rows)[0]
    if row_weights is not None:
        weights_of_one = tf.nest.flatten(row_weights)[0]
        count = tf.math.count_nonzero(weights_of_one, dtype=tf.int32)
    # The loss is a mean; this is the mean, or the sum, of as many rows.
    return learner.inner_reduction(tf.fill([count], loss.total)), loss.shown
