"""Entire-space model: a path's probability as a product of its steps."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.models.path_logits import path_logits
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task
from tfmtl.tasks import check_path


@keras.saving.register_keras_serializable("tfmtl")
class ESMM(TowerModel):
    """Learns conditional steps from the unconditional labels of all rows.

    Tower t scores the step from task t - 1 to task t; what it is trained on
    is the product along the path, on every row, so that there is no bias
    towards the rows that came far:

        conditional[t] = sigmoid(score[t])
        prediction[t]  = product of conditional[s] over s <= t
        loss           = sum over t of cross_entropy(label[t], prediction[t])

    The labels are those of the data, unconditional: a purchase counts only
    after a click, and no row is masked. Instead of multiplying probabilities,
    which loses the gradient where they are near 0 or 1, the model computes
    the logit of each product directly and trains on that:

        logit[t] = -log((1 + exp(-score[0])) ... (1 + exp(-score[t])) - 1)

    Args:
        features: Features of the model.
        tasks: Two or more binary tasks on one path.
        sum_fields: Whether the vectors of the fields of one width are summed,
            as in the paper, instead of concatenated.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`, unconditional; and for each task but the
        first `{task}_given_{parent}`, the conditional probability.

    Raises:
        ValueError: If the tasks are not one path.

    Example:

    >>> model = tfmtl.models.ESMM(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("conversion", parent="click")],
    ... )
    >>> sorted(model({"user": tf.constant([7, 9])}))
    ['click', 'conversion', 'conversion_given_click']

    Reference:
        [Ma et al., 2018](https://arxiv.org/abs/1804.07931), eq. 1-3.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        sum_fields: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        check_path(self.tasks, "ESMM")
        check_flags(sum_fields=sum_fields)
        self.sum_fields = sum_fields
        self.encoder = self.make_encoder(sum_fields=sum_fields)

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.encoder(features)
        states = [tower(inputs, training=training) for tower in self.towers]
        scores = [tf.cast(s, tf.float32) for s in self.scores(states)]
        outputs = self.predictions(path_logits(scores))
        for task, score in zip(self.tasks[1:], scores[1:], strict=True):
            outputs[f"{task.name}_given_{task.parent}"] = tf.sigmoid(score)
        return outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sum_fields": self.sum_fields}
