"""Logits of probabilities that are composed of other probabilities.

Multiplying and adding probabilities loses the gradient where they are near 0
or 1. What follows stays with logits, and adds up positive terms only.
"""

from collections.abc import Sequence

import tensorflow as tf


def path_logits(scores: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """Returns the logit of the product of sigmoids up to each score.

    With `odds against` Q[t] = 1 / P[t] - 1, the product is the recursion
    Q[t] = Q[t - 1] * (1 + exp(-score)) + exp(-score), and each term of it is
    positive: its logarithm is exact for probabilities near 0 and near 1,
    where `log(1 - P)` is not.

    Args:
        scores: Logits of the steps along a path, each given the one before.
    """
    logits = [scores[0]]
    for score in scores[1:]:
        against = [tf.nn.softplus(-score) - logits[-1], -score]
        logits.append(-_log_sum(against))
    return logits


def mixture_logit(
    choice: tf.Tensor, chosen: tf.Tensor, other: tf.Tensor
) -> tf.Tensor:
    """Returns the logit of one of two probabilities, chosen by a third.

    With p = sigmoid(choice), the probability is
    P = p * sigmoid(chosen) + (1 - p) * sigmoid(other), and 1 - P is the same
    sum over the negated scores.

    Args:
        choice: Logit of the choice.
        chosen: Logit that counts where the choice is 1.
        other: Logit that counts where it is 0.
    """

    def log_probability(sign: int) -> tf.Tensor:
        return _log_sum(
            [
                tf.math.log_sigmoid(choice)
                + tf.math.log_sigmoid(sign * chosen),
                tf.math.log_sigmoid(-choice)
                + tf.math.log_sigmoid(sign * other),
            ]
        )

    return log_probability(1) - log_probability(-1)


def _log_sum(logarithms: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.reduce_logsumexp(tf.stack(logarithms), axis=0)
