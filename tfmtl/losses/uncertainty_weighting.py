"""Losses weighed by a noise that is learned for each task."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.losses.balanced import WeightedTask
from tfmtl.losses.balanced import refuse_negative_losses
from tfmtl.losses.loss_balancing import LossBalancing


@keras.saving.register_keras_serializable("tfmtl")
class UncertaintyWeighting(LossBalancing):
    """Learns how noisy each task is, and trusts the noisy ones less.

        objective = sum over t of
                    weight[t] * (factor * exp(-s[t]) * loss[t] + s[t] / 2)

    with `s = log(sigma^2)`, one for each task, learned from 0. The gaussian
    form, `loss / (2 sigma^2) + log(sigma)`, has factor 1/2 and is at its
    optimum where `exp(s) = loss`; the form for cross-entropies,
    `loss / sigma^2 + log(sigma)`, has factor 1 and `exp(s) = 2 loss`. Either
    way a task weighs the more the smaller its loss is: a rare one with loss
    0.002 gets 250 times the weight of one with loss 0.5.

    A task without rows in a batch is left out of the objective, `s / 2` too:
    its `s` is learned from batches that have something to say of its noise.
    So is a task whose loss is exactly 0, for which there is no best `s`.

    The objective goes far below 0, so it is not what `fit` logs as `loss`:
    that is the sum of the losses by the tasks' own weights. Beside it stand,
    for each task, `{task}_s`, `{task}_variance` (sigma^2) and
    `{task}_half_precision` (1 / (2 sigma^2)). Sigma plays no part in
    predictions.

    Args:
        factor: Positive factor of the losses; see `gaussian` and
            `classification`.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If `factor` is not positive and finite; by the model, if a
            task's loss may be negative, as then there is no optimum.

    Example:

    >>> model = tfmtl.models.SharedBottom(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     balancing=tfmtl.losses.UncertaintyWeighting.classification(),
    ... )
    >>> sorted(model.balancing.logs())[:3]
    ['click_half_precision', 'click_s', 'click_variance']

    Reference:
        [Kendall et al., 2018](https://arxiv.org/abs/1705.07115), eq. 5-10.
    """

    def __init__(self, factor: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < factor < math.inf:
            raise ValueError(
                "`factor` should be positive and finite: 0.5 is the gaussian "
                "form, 1.0 the one for classification. "
                f"Received: factor={factor!r}."
            )
        self.factor = factor

    @classmethod
    def gaussian(cls) -> "UncertaintyWeighting":
        """Returns the form for squared errors, `loss / (2 sigma^2)`."""
        return cls(0.5)

    @classmethod
    def classification(cls) -> "UncertaintyWeighting":
        """Returns the form for cross-entropies, `loss / sigma^2`."""
        return cls(1.0)

    def check_tasks(self, tasks: Sequence[WeightedTask]) -> None:
        """Refuses losses that have no floor: `s` would fall for ever."""
        refuse_negative_losses(tasks, "UncertaintyWeighting")

    def make_weights(self) -> None:
        """Creates `s`."""
        self.s = self.add_weight(
            name="s", shape=(len(self.task_weights),), initializer="zeros"
        )

    def combine(self, losses: types.Tensors) -> tf.Tensor:
        """Returns the objective."""
        s = self.s.value
        values = tf.stack([losses[name] for name in self.task_weights])
        present = tf.cast(values != 0, s.dtype)
        terms = self.factor * tf.exp(-s) * values + present * s / 2
        weights = list(self.task_weights.values())
        return tf.reduce_sum(tf.constant(weights, s.dtype) * terms)

    def logs(self) -> dict[str, tf.Tensor]:
        """Returns s, sigma^2 and 1 / (2 sigma^2) of each task."""
        logs = {}
        for name, s in zip(
            self.task_weights, tf.unstack(self.s.value), strict=True
        ):
            logs[f"{name}_s"] = s
            logs[f"{name}_variance"] = tf.exp(s)
            logs[f"{name}_half_precision"] = tf.exp(-s) / 2
        return logs

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "factor": self.factor}
