"""What a model reads of an advertiser and of the scenario it is seen in."""

import abc
import functools
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
from tfmtl.layers.sizes import units_of
from tfmtl.models import feature_groups
from tfmtl.models import feature_layout
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task

# How kernels are named; neither tables, biases nor what generates weights.
_KERNELS = ("kernel", "output_kernel", "query", "key", "value", "vector")


class ScenarioModel(MultiTaskModel, abc.ABC):
    """A model of histories, dense features, and knowledge of a scenario.

        history  = [sequence_attention[g](steps of the sequences of group g)]
        experts  = expert[i]([history, the other features])
        scenario = leaky_relu(dense(features of the scenario))

    A subclass makes states of `read(features)`, which gives both, and scores
    of these by `heads`, a `Dense(1)` for each task.

    Args:
        features: Features of the model.
        tasks: Tasks of the model.
        scenario_features: Names of what is known of the scenario, and of who
            is seen in it: ids, attributes, profile, numbers. None for all
            categorical features. Where this leaves nothing for the experts
            to read, they read all features.
        sequences: Names of the sequences whose steps are read together, for
            each group; None for one group of all. A step's vector is that
            of all its group's sequences, side by side. Steps before the first
            at which an id of the group is not 0 do not count.
        sequence_attention: `SequenceAttention` whose options are taken, how
            the steps are pooled among them; None for its defaults.
        sum_steps: Whether the vectors of a step are summed instead.
        scenario_units: Width of what is known of the scenario.
        num_experts: Number of experts.
        expert_units: Widths of each expert's layers.
        leaky_alpha: Slope of the leaky ReLUs below 0.
        kernel_l2: Penalty on the kernels of dense layers, which times the sum
            of their squares is added to the loss.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.Model`.

    Raises:
        ValueError: If a size is not positive, `scenario_features` names no
            feature or a sequence, `sequences` does not hold every sequence
            once, or those of a group differ in length (in width, if summed).
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        scenario_features: Sequence[str] | None = None,
        sequences: Sequence[Sequence[str]] | None = None,
        sequence_attention: layers.SequenceAttention | None = None,
        sum_steps: bool = False,
        scenario_units: int = 64,
        num_experts: int = 4,
        expert_units: Sequence[int] = (256,),
        leaky_alpha: float = 0.01,
        kernel_l2: float = 1e-6,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        check_sizes(scenario_units=scenario_units, num_experts=num_experts)
        check_flags(sum_steps=sum_steps)
        check_penalties(kernel_l2=kernel_l2)
        self.scenario_features = feature_groups.scenario_names(
            self.features, scenario_features
        )
        self.sequences = feature_groups.sequence_groups(
            self.features, sequences, equal_widths=sum_steps
        )
        self.sum_steps = sum_steps
        self.scenario_units = scenario_units
        self.num_experts = num_experts
        self.expert_units = units_of("expert_units", expert_units)
        self.leaky_alpha = leaky_alpha
        self.kernel_l2 = kernel_l2
        self.seed = seed
        attention = sequence_attention or layers.SequenceAttention()
        check_part("sequence_attention", attention, layers.SequenceAttention)
        # As a layer it would count as a part of the model.
        self._sequence_options = keras.saving.serialize_keras_object(attention)
        self._make_layers()

    @property
    def sequence_attention(self) -> layers.SequenceAttention:
        """A layer with the options of those that read the sequences."""
        return keras.saving.deserialize_keras_object(self._sequence_options)

    def _make_layers(self) -> None:
        activation = functools.partial(tf.nn.leaky_relu, alpha=self.leaky_alpha)
        self.encoder = layers.FeatureConcatenation(
            self.features,
            seed=self.seeds_of("encoder", 1)[0],
            dtype=self.dtype_policy,
        )
        self.histories = [
            layers.SequenceAttention.from_config(
                {
                    **self.sequence_attention.get_config(),
                    "name": f"history_{number}",
                    "seed": seed,
                    "dtype": self.dtype_policy,
                }
            )
            for number, seed in enumerate(
                self.seeds_of("histories", len(self.sequences))
            )
        ]
        self.experts = layers.Experts(
            self.num_experts,
            self.expert_units,
            activation,
            seed=self.seeds_of("experts", 1)[0],
            dtype=self.dtype_policy,
        )
        self.scenario = layers.MLP(
            (self.scenario_units,),
            activation,
            seed=self.seeds_of("scenario", 1)[0],
            dtype=self.dtype_policy,
        )
        self.heads = [
            keras.layers.Dense(
                1,
                kernel_initializer=keras.initializers.GlorotUniform(seed),
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of("heads", len(self.tasks))
        ]

    def seeds_of(self, part: str, count: int) -> list[int] | list[None]:
        """Returns seeds for a part's layers, each of its own."""
        return seeds_of(part, count, self.seed)

    def read(self, features: types.Tensors) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the experts and what is known of the scenario.

        Args:
            features: As of `call`.

        Returns:
            `(batch, experts, units)` and `(batch, scenario_units)`.
        """
        vectors = feature_layout.split(self.encoder, self.encoder(features))
        known = [vectors[name] for name in self.scenario_features]
        rest = self._histories(vectors, features)
        rest += [vectors[name] for name in self._other_names()]
        experts = self.experts(tf.concat(rest or known, axis=1))
        return experts, self.scenario(tf.concat(known, axis=1))

    def _histories(
        self, vectors: types.Tensors, features: types.Tensors
    ) -> list[tf.Tensor]:
        by_name = {feature.name: feature for feature in self.features}
        outputs = []
        for names, history in zip(self.sequences, self.histories, strict=True):
            steps = [vectors[name] for name in names]
            if self.sum_steps:
                steps = [tf.add_n(steps)]
            group: Any = [by_name[name] for name in names]
            present = feature_layout.recorded(self.features, group, features)
            outputs.append(history(tf.concat(steps, axis=2), present))
        return outputs

    def _other_names(self) -> list[str]:
        taken = {*self.scenario_features, *sum(self.sequences, ())}
        return [f.name for f in self.features if f.name not in taken]

    def auxiliary_loss(
        self, labels: types.Tensors, predictions: types.Tensors
    ) -> Any:
        """Returns the penalty on the kernels of dense layers."""
        if not self.kernel_l2:
            return 0.0
        squares = [
            tf.reduce_sum(tf.square(weight))
            for weight in self.trainable_weights
            if weight.name.startswith(_KERNELS)
        ]
        return self.kernel_l2 * tf.add_n(squares) if squares else 0.0

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the weights of the experts' last layer."""
        return [self.experts.kernels[-1], self.experts.biases[-1]]

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "scenario_features": self.scenario_features,
            "sequences": self.sequences,
            "sequence_attention": self._sequence_options,
            "sum_steps": self.sum_steps,
            "scenario_units": self.scenario_units,
            "num_experts": self.num_experts,
            "expert_units": self.expert_units,
            "leaky_alpha": self.leaky_alpha,
            "kernel_l2": self.kernel_l2,
            "seed": self.seed,
        }


def check_penalties(**penalties: float) -> None:
    """Refuses penalties that are negative.

    Args:
        **penalties: Arguments of the caller by name.

    Raises:
        ValueError: If one is; the message names it.
    """
    for name, penalty in penalties.items():
        if not penalty >= 0:
            raise ValueError(
                f"`{name}` should not be negative; 0 is for none. "
                f"Received: {name}={penalty!r}."
            )
