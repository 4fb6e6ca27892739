"""Meta-learning of many tasks in many scenarios."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_part
from tfmtl.layers.sizes import check_sizes
from tfmtl.models.mean_mixture import MeanMixture
from tfmtl.models.scenario_model import ScenarioModel
from tfmtl.models.scenario_model import check_penalties
from tfmtl.models.task_mixture import TaskMixture
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class M2M(ScenarioModel):
    """Predicts the counts of an advertiser by weights that a scenario makes.

    Experts read the advertiser's history. What is known of the scenario, and
    of the advertiser, generates the weights that choose among them and those
    of the tower, row by row:

        F        = [sequence_attention(history), dense features]
        e[i]     = expert[i](F)
        s        = leaky_relu(dense(scenario features))
        v[t]     = leaky_relu(dense(embedding of the task's number t))
        r[t]     = meta_attention[t](e, v[t], s)
        score[t] = dense[t](meta_tower[t](r[t], s))

    A scenario whose id was not seen in training is id 0, and is told by its
    attributes. The loss is the tasks' plus penalties; of a `CountTask` it is
    Poisson's, in logits, with its `label_scale` and `link`. The paper trains by

        tfmtl.optimizers.LazyAdam(
            2e-3, beta_2=0.998, epsilon=1e-9, clipvalue=3.0)

    Args:
        features: Features of the model; `SequenceFeature`s are the history.
        tasks: Tasks of the model, one or more.
        task_dim: Width of the embedding of a task's number.
        num_blocks: Number of blocks of a tower.
        meta_unit: `MetaUnit` whose options are taken, how the generators
            begin among them, but for its penalty; None for three layers with
            `leaky_alpha`.
        meta_sharing: Whether one attention and one tower serve all tasks,
            instead of one for each. Heads are apart in any case.
        meta_dim: Width that `[e[i], v[t]]` is brought to before the attention's
            unit reads it; None to leave it.
        meta_attention: Whether the scenario makes the attention's weights;
            otherwise it is one dense layer.
        attention: Whether there is attention; otherwise `r[t]` is the mean of
            the experts.
        meta_tower: Whether the scenario makes the tower's weights; otherwise
            they are dense layers.
        generator_l2: Penalty on what generates weights.
        **kwargs: `scenario_features`, `sequences`, `sequence_attention`,
            `sum_steps`, `scenario_units`, `num_experts`, `expert_units`,
            `leaky_alpha`, `kernel_l2` and `seed` of `ScenarioModel`; keyword
            arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Ignored; there is no dropout.

    Returns:
        `{task name: (batch, 1)}`. `gate_weights(features)` gives the weights
        of the experts, `{task name: (batch, experts)}`.

    Raises:
        ValueError: If a size is not positive, a penalty is negative, a name
            does not fit the features, or nothing is left to the scenario.

    Example:

    >>> model = tfmtl.models.M2M(
    ...     [tfmtl.SequenceFeature("clicks", 40, 12, embedding_dim=16),
    ...      tfmtl.CategoricalFeature("scenario", 6, embedding_dim=16)],
    ...     [tfmtl.CountTask("clicks_next")],
    ... )
    >>> days = tf.ones((2, 40), tf.int64)
    >>> inputs = {"clicks": days, "scenario": tf.constant([1, 2])}
    >>> model(inputs)["clicks_next"].shape
    TensorShape([2, 1])

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), sec. 3.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        task_dim: int = 16,
        num_blocks: int = 2,
        meta_unit: layers.MetaUnit | None = None,
        meta_sharing: bool = False,
        meta_dim: int | None = None,
        meta_attention: bool = True,
        attention: bool = True,
        meta_tower: bool = True,
        generator_l2: float = 1e-6,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        check_sizes(task_dim=task_dim, num_blocks=num_blocks)
        check_penalties(generator_l2=generator_l2)
        check_flags(
            meta_sharing=meta_sharing,
            meta_attention=meta_attention,
            attention=attention,
            meta_tower=meta_tower,
        )
        if not (meta_tower or (meta_attention and attention)):
            raise ValueError(
                "The scenario should make the weights of tower or attention; "
                "without either use MMoE. "
                "Received: meta_tower=False and no meta attention."
            )
        self.task_dim = task_dim
        self.num_blocks = num_blocks
        self.meta_sharing = meta_sharing
        self.meta_dim = meta_dim
        self.meta_attention = meta_attention
        self.attention = attention
        self.meta_tower = meta_tower
        self.generator_l2 = generator_l2
        unit = meta_unit or layers.MetaUnit(
            leaky_alpha=self.leaky_alpha, name="meta_unit"
        )
        check_part("meta_unit", unit, layers.MetaUnit)
        # As a layer it would count as a part of the model.
        self._unit_options = keras.saving.serialize_keras_object(
            unit.like(generator_regularizer=keras.regularizers.L2(generator_l2))
        )
        self._make_task_layers()

    @classmethod
    def paper(
        cls, features: Sequence[Feature], tasks: Sequence[Task], **options: Any
    ) -> "M2M":
        """Returns the model with the sizes of the paper.

        They go with embeddings of width 16. How many experts and blocks, and
        how wide an attention, the paper does not say. With five tasks these
        are 390 million weights; `meta_sharing` or `meta_dim` make it fewer,
        see docs/results/m2m_memory.md.

        Args:
            features: As of the constructor.
            tasks: As of the constructor.
            **options: What is to be otherwise, and the names of features.
        """
        sizes = {
            "expert_units": (256,),
            "scenario_units": 64,
            "sequence_attention": layers.SequenceAttention(num_heads=2),
        }
        return cls(features, tasks, **{**sizes, **options})

    @property
    def meta_unit(self) -> layers.MetaUnit:
        """A unit with the options of all units."""
        return keras.saving.deserialize_keras_object(self._unit_options)

    def _make_task_layers(self) -> None:
        parts = 1 if self.meta_sharing else len(self.tasks)
        unit = self.meta_unit
        self.mixture = self._make_mixture(parts, unit)
        self.towers = [
            layers.MetaTower(
                self.num_blocks,
                unit.like(generated=self.meta_tower),
                seed=seed,
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of("towers", parts)
        ]

    def _make_mixture(self, parts: int, unit: layers.MetaUnit) -> Any:
        if not self.attention:
            return MeanMixture(
                len(self.tasks), self.meta_sharing, dtype=self.dtype_policy
            )
        # Without a scenario it is one dense layer, as in other attentions.
        num_layers = unit.num_layers if self.meta_attention else 1
        unit = unit.like(num_layers=num_layers, generated=self.meta_attention)
        attentions = [
            layers.MetaAttention(
                unit, units=self.meta_dim, seed=seed, dtype=self.dtype_policy
            )
            for seed in self.seeds_of("attentions", parts)
        ]
        return TaskMixture(
            attentions,
            len(self.tasks),
            self.task_dim,
            self.experts.activation,
            self.seeds_of("task_view", 2),
            dtype=self.dtype_policy,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        experts, scenario = self.read(features)
        mixed = self.mixture(experts, scenario)
        states = [
            tower(each, scenario)
            for tower, each in zip(self.towers, mixed, strict=True)
        ]
        heads = zip(self.heads, self._by_task(states), strict=True)
        return self.predictions([head(state) for head, state in heads])

    def _by_task(self, of_parts: list[Any]) -> list[Any]:
        if of_parts[0].shape.rank == 2:
            return of_parts
        return tf.unstack(of_parts[0], len(self.tasks), axis=1)

    def gate_weights(self, features: types.Tensors) -> dict[str, tf.Tensor]:
        """Returns the weight of each expert, `{task name: (batch, experts)}`.

        Args:
            features: As of `call`.
        """
        if not self.built:
            self.build()
        experts, scenario = self.read(features)
        weights = self.mixture.attention(experts, scenario)
        return {
            name: tf.cast(each, tf.float32)
            for name, each in zip(
                self.task_names, self._by_task(weights), strict=True
            )
        }

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "task_dim": self.task_dim,
            "num_blocks": self.num_blocks,
            "meta_unit": self._unit_options,
            "meta_sharing": self.meta_sharing,
            "meta_dim": self.meta_dim,
            "meta_attention": self.meta_attention,
            "attention": self.attention,
            "meta_tower": self.meta_tower,
            "generator_l2": self.generator_l2,
        }
