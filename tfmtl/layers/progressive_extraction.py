"""One level of shared and task-specific experts, each stream with a gate."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.experts import Experts
from tfmtl.layers.gated_mixture import GatedMixture
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import units_of


@keras.saving.register_keras_serializable("tfmtl")
class ProgressiveExtraction(keras.layers.Layer):
    """Mixes shared experts with those of each task.

    A level reads one stream per task and a shared one, and writes as many.
    The gate of a task mixes its own experts and the shared ones, the gate of
    the shared stream mixes all experts, those of all tasks too:

        own[t]    = experts of task t, of inputs[t]
        shared    = shared experts, of inputs[T]
        output[t] = mixture[t](inputs[t], [own[t], shared])
        output[T] = mixture[T](inputs[T], [own[0], ..., own[T - 1], shared])

    `mixture` is `GatedMixture`. The last level of a model has no use for the
    shared output. All experts are one `Experts` layer, cheapest for the first
    level, where one tensor is the input of all streams.

    Args:
        num_shared: Number of shared experts.
        num_specific: Number of experts of each task.
        expert_units: Widths of each expert's layers.
        num_tasks: Number of tasks, T.
        shared_output: Whether there is a shared output; False at the last
            level.
        gate_units: Widths of hidden layers in front of each gate's softmax.
        activation: Activation after each layer of the experts.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: List of T + 1 tensors `(batch, inputs)`, the shared one last,
            or one tensor for all streams.

    Returns:
        List of T tensors `(batch, expert_units[-1])`, and the shared one if
        there is one. `gate_weights(inputs)` gives the weights of the gates
        alone, a tensor `(batch, experts)` for each output; a task's own
        experts come before the shared ones.

    Raises:
        ValueError: If a size is not positive, or the number of inputs is
            neither one nor T + 1.

    Example:

    >>> level = tfmtl.layers.ProgressiveExtraction(2, 2, (64,), num_tasks=3)
    >>> streams = level(tf.ones((8, 10)))
    >>> len(streams), streams[0].shape
    (4, TensorShape([8, 64]))

    Reference:
        [Tang et al., 2020](https://doi.org/10.1145/3383313.3412236), sec. 4.
    """

    def __init__(
        self,
        num_shared: int,
        num_specific: int,
        expert_units: Sequence[int],
        num_tasks: int,
        shared_output: bool = True,
        gate_units: Sequence[int] = (),
        activation: types.ActivationLike = "relu",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_sizes(
            num_shared=num_shared,
            num_specific=num_specific,
            num_tasks=num_tasks,
        )
        self.num_shared = num_shared
        self.num_specific = num_specific
        self.expert_units = units_of("expert_units", expert_units)
        self.num_tasks = num_tasks
        self.shared_output = shared_output
        self.gate_units = units_of("gate_units", gate_units)
        self.activation = keras.activations.get(activation)
        self.seed = seed
        # A part draws from as many seeds as it has layers.
        stride = len(self.expert_units) + len(self.gate_units) + 1
        self._sizes = [num_specific] * num_tasks + [num_shared]
        self.experts = Experts(
            sum(self._sizes),
            self.expert_units,
            self.activation,
            seed=seed,
            stacked=False,
            dtype=self.dtype_policy,
        )
        self.mixtures = [
            GatedMixture(
                self.gate_units,
                seed=seed_of(stride * number, seed),
                dtype=self.dtype_policy,
            )
            for number in range(1, num_tasks + 1 + shared_output)
        ]

    def build(self, input_shape: Any) -> None:
        shapes = input_shape
        if not isinstance(input_shape[0], list | tuple):
            shapes = [input_shape] * len(self._sizes)
        width, units = shapes[0][-1], self.expert_units[-1]
        self.experts.build((None, width))
        count = self.num_specific + self.num_shared
        for mixture in self.mixtures[: self.num_tasks]:
            mixture.build((None, width), (None, count, units))
        for mixture in self.mixtures[self.num_tasks :]:
            mixture.build((None, width), (None, sum(self._sizes), units))

    def call(self, inputs: Any) -> list[tf.Tensor]:
        streams = self._streams(inputs)
        experts = self._expert_outputs(inputs, streams)
        count = self.num_specific
        shared = experts[self.num_tasks * count :]
        choices = [
            experts[task * count : (task + 1) * count] + shared
            for task in range(self.num_tasks)
        ]
        choices.append(experts)
        return [
            mixture(stream, choice)
            for mixture, stream, choice in zip(
                self.mixtures, streams, choices, strict=False
            )
        ]

    def gate_weights(self, inputs: Any) -> list[tf.Tensor]:
        """Returns the weights of every gate, `(batch, experts)` each."""
        return [
            mixture.gate(stream)
            for mixture, stream in zip(
                self.mixtures, self._streams(inputs), strict=False
            )
        ]

    def _streams(self, inputs: Any) -> list[tf.Tensor]:
        if not isinstance(inputs, list | tuple):
            return [inputs] * len(self._sizes)
        if len(inputs) != len(self._sizes):
            raise ValueError(
                "The inputs should be one tensor, or one for each task and "
                f"the shared one, {len(self._sizes)} in all. "
                f"Received: {len(inputs)} tensors."
            )
        return list(inputs)

    def _expert_outputs(
        self, inputs: Any, streams: Sequence[tf.Tensor]
    ) -> list[tf.Tensor]:
        if not isinstance(inputs, list | tuple):
            return self.experts(inputs)
        each = [
            stream
            for stream, size in zip(streams, self._sizes, strict=True)
            for _ in range(size)
        ]
        return self.experts(each)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_shared": self.num_shared,
            "num_specific": self.num_specific,
            "expert_units": self.expert_units,
            "num_tasks": self.num_tasks,
            "shared_output": self.shared_output,
            "gate_units": self.gate_units,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }
