"""Multi-task attention network: experts, then attention between tasks."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import losses
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import units_of
from tfmtl.models.extraction_model import ExtractionModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MAN(ExtractionModel):
    """Lets tasks that stand side by side look at each other's experts.

        g[t]     = CGC's mixture of shared and own experts for task t
        z[0]     = g[0]
        z[t]     = attention[t](g[t], g[t - 1])
        score[t] = dense[t](tower[t](z[t]))

    `attention` is `tfmtl.layers.AdjacentAttention`. With `both_directions`, a
    task looks at the one after it too. All predictions are unconditional, all
    losses are of all rows (give a task a `sample_space` for another reading),
    and the losses are balanced by `tfmtl.losses.UncertaintyWeighting`, so
    stop early on `val_auc_sum`.

    Its authors train it in two stages, first by meta-learning: see
    `tfmtl.training.two_stage_fit`. Their code is not public, and the paper
    does not say how the attention joins two tasks; scoring each state by
    itself, as AITM does, is the reading here, `cross` is another.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more, in the order in which they are
            neighbours.
        attention: Whether there is attention; without it the towers read
            `g[t]`.
        cross: Whether a task's own query scores its neighbours.
        both_directions: Whether a task looks at the next one too.
        num_shared: Number of shared experts.
        num_specific: Number of experts of each task.
        expert_units: Widths of each expert's layers.
        **kwargs: `gate_units`, `balancing`; `tower_units`, `dropout` (of the
            towers) and `seed` of `TowerModel`; and keyword arguments of
            `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`. `attention_weights(features)` and
        `gate_weights(features)` give what is weighed by how much.

    Raises:
        ValueError: If a number or a width of experts is not positive, or a
            task's loss may be negative, which the default balancing refuses.

    Example:

    >>> model = tfmtl.models.MAN(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("purchase", parent="click")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["purchase"].shape
    TensorShape([2, 1])

    Reference:
        [Luo et al., 2023](https://doi.org/10.32604/iasc.2023.036622), eq. 1-3.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        attention: bool = True,
        cross: bool = False,
        both_directions: bool = False,
        num_shared: int = 4,
        num_specific: int = 4,
        expert_units: Sequence[int] = (256, 128),
        **kwargs: Any,
    ) -> None:
        check_flags(
            attention=attention, cross=cross, both_directions=both_directions
        )
        kwargs.setdefault("tower_units", (128, 16, 32))
        kwargs.setdefault("gate_units", ())
        if kwargs.get("balancing") is None:
            kwargs["balancing"] = losses.UncertaintyWeighting.gaussian()
        super().__init__(
            features,
            tasks,
            level_units=[expert_units],
            num_shared=num_shared,
            num_specific=num_specific,
            **kwargs,
        )
        self.expert_units = units_of("expert_units", expert_units)
        self.attention = attention
        self.cross = cross
        self.both_directions = both_directions
        seeds = self.seeds_of("attentions", len(self.tasks))
        self.attentions = {
            name: layers.AdjacentAttention(
                cross, seed=seeds[step], dtype=self.dtype_policy
            )
            for step, name in enumerate(self.task_names)
            if self.attention and self._neighbours(step)
        }

    @property
    def bottom_layers(self) -> list[keras.layers.Layer]:
        """Embedding and experts, which stage 2 may leave as they are."""
        return [self.encoder, *self.levels]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        mixed = self._mixed(features)
        states = [
            self.attentions[name](tokens) if name in self.attentions else own
            for name, own, tokens in zip(
                self.task_names, mixed, self._tokens(mixed), strict=True
            )
        ]
        ends = [
            tower(state, training=training)
            for tower, state in zip(self.towers, states, strict=True)
        ]
        return self.predictions(self.scores(ends))

    def attention_weights(
        self, features: types.Tensors
    ) -> dict[str, tf.Tensor]:
        """Returns how a task weighs its state against its neighbours'.

        Args:
            features: As in `call`.

        Returns:
            `{task name: (batch, states)}` of every task that has neighbours
            to look at; its own state first, then the task's before it and
            after it. Each row sums to 1.
        """
        if not self.built:
            self.build()
        tokens = self._tokens(self._mixed(features))
        return {
            name: tf.cast(self.attentions[name].attention(each), tf.float32)
            for name, each in zip(self.task_names, tokens, strict=True)
            if name in self.attentions
        }

    def _mixed(self, features: types.Tensors) -> list[tf.Tensor]:
        return self.levels[0](self.encoder(features))

    def _tokens(self, mixed: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Returns the states that each task looks at, its own one first."""
        return [
            tf.stack([own, *(mixed[n] for n in self._neighbours(step))], axis=1)
            for step, own in enumerate(mixed)
        ]

    def _neighbours(self, step: int) -> list[int]:
        nearby = [step - 1, step + 1] if self.both_directions else [step - 1]
        return [other for other in nearby if 0 <= other < len(self.tasks)]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "attention": self.attention,
            "cross": self.cross,
            "both_directions": self.both_directions,
            "expert_units": self.expert_units,
        }
