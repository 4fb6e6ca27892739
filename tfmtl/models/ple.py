"""Progressive layered extraction: levels of shared and specific experts."""

from collections.abc import Sequence
from typing import Any

import keras

from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import units_of
from tfmtl.models.extraction_model import ExtractionModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class PLE(ExtractionModel):
    """Separates what tasks share from what they do not, level by level.

        streams  = embedding(features)
        streams  = level(streams), for each level
        score[t] = dense[t](tower[t](streams[t]))

    A level is `tfmtl.layers.ProgressiveExtraction`: the gate of a task mixes
    the task's experts and the shared ones, the gate of the shared stream all
    of them, so that from the second level on a task hears of the others.

    The loss is the weighted sum of the tasks' losses. The paper's schedule of
    these weights by epochs is not offered; its sample spaces are
    `Task.sample_space`.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        num_shared: Number of shared experts of a level.
        num_specific: Number of experts of each task in a level.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        num_levels: Number of levels; one makes `CGC`.
        split_levels: Whether `expert_units` are divided among the levels, one
            layer for each. Otherwise every level has experts of all layers.
        **kwargs: `dropout` (of the towers), `activation` and `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`. `gate_weights(features)` gives the weights
        of the experts of the last level, `{task name: (batch, num_specific +
        num_shared)}`, the task's own ones first.

    Raises:
        ValueError: If a number or a width is not positive, or there is not
            one layer for each of the levels that are to share them.

    Example:

    >>> model = tfmtl.models.PLE(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Tang et al., 2020](https://doi.org/10.1145/3383313.3412236), sec. 4.2.
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
        num_levels: int = 2,
        split_levels: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            features,
            tasks,
            level_units=_level_units(expert_units, num_levels, split_levels),
            num_shared=num_shared,
            num_specific=num_specific,
            tower_units=tower_units,
            gate_units=gate_units,
            **kwargs,
        )
        self.expert_units = units_of("expert_units", expert_units)
        self.num_levels = num_levels
        self.split_levels = split_levels

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "expert_units": self.expert_units,
            "num_levels": self.num_levels,
            "split_levels": self.split_levels,
        }


def _level_units(
    expert_units: Sequence[int], num_levels: int, split_levels: bool
) -> list[tuple[int, ...]]:
    """Returns the widths of the experts' layers in each level."""
    check_sizes(num_levels=num_levels)
    check_flags(split_levels=split_levels)
    expert_units = units_of("expert_units", expert_units)
    if not split_levels:
        return [expert_units] * num_levels
    if len(expert_units) != num_levels:
        raise ValueError(
            "With `split_levels` there should be one width of `expert_units` "
            "for each level; set `num_levels` to their number. Received: "
            f"expert_units={expert_units!r}, num_levels={num_levels!r}."
        )
    return [(units,) for units in expert_units]
