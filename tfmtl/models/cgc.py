"""Customized gate control: shared experts and experts of each task."""

from collections.abc import Sequence
from typing import Any

import keras

from tfmtl.features import Feature
from tfmtl.layers.sizes import units_of
from tfmtl.models.extraction_model import ExtractionModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class CGC(ExtractionModel):
    """Mixes, for each task, experts of its own with experts of all.

        x        = embedding(features)
        mixed[t] = sum over e of softmax(gate[t](x))[e] * expert[e](x),
                   e over the experts of task t and the shared ones
        score[t] = dense[t](tower[t](mixed[t]))

    It is `PLE` with one level: no task reaches an expert of another.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        num_shared: Number of shared experts.
        num_specific: Number of experts of each task.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        **kwargs: `dropout` (of the towers), `activation` and `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`. `gate_weights(features)` gives the weights
        of the experts, `{task name: (batch, num_specific + num_shared)}`, the
        task's own ones first.

    Raises:
        ValueError: If a number or a width of experts is not positive.

    Example:

    >>> model = tfmtl.models.CGC(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Tang et al., 2020](https://doi.org/10.1145/3383313.3412236), sec. 4.1.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        num_shared: int = 2,
        num_specific: int = 2,
        expert_units: Sequence[int] = (128, 64),
        tower_units: Sequence[int] = (32,),
        gate_units: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            features,
            tasks,
            level_units=[expert_units],
            num_shared=num_shared,
            num_specific=num_specific,
            tower_units=tower_units,
            gate_units=gate_units,
            **kwargs,
        )
        self.expert_units = units_of("expert_units", expert_units)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "expert_units": self.expert_units}
