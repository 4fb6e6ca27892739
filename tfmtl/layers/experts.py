"""Parallel networks of one shape, computed together."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import units_of


@keras.saving.register_keras_serializable("tfmtl")
class Experts(keras.layers.Layer):
    """Runs a number of equally shaped MLPs on one input, or on one each.

    The kernels of a layer are stacked to `(experts, in, out)`, one weight of
    the optimizer however many experts there are:

        h[e] = activation(h[e] @ kernel[e] + bias[e])

    Every expert starts from weights of its own.

    Args:
        num_experts: Number of networks.
        units: Widths of the layers of each.
        activation: Activation after each layer, the last one too.
        seed: Optional int that makes the initial weights repeatable.
        stacked: Whether what the experts return is one tensor. Apart it is
            not copied, and `GatedMixture` takes half the time to mix it.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, inputs)`, or `(batch, experts, inputs)` if each
            expert has an input of its own; these may be apart, too.

    Returns:
        Tensor of shape `(batch, experts, units[-1])`, or a list of as many
        tensors `(batch, units[-1])`.

    Raises:
        ValueError: If a size is not positive, or there are inputs for
            another number of experts.

    Example:

    >>> tfmtl.layers.Experts(4, (64, 32))(tf.ones((8, 10))).shape
    TensorShape([8, 4, 32])

    Reference:
        [Ma et al., 2018](https://doi.org/10.1145/3219819.3220007), sec. 4.2.
    """

    def __init__(
        self,
        num_experts: int,
        units: Sequence[int],
        activation: types.ActivationLike = "relu",
        seed: int | None = None,
        stacked: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_experts = num_experts
        self.units = units_of("units", units)
        self.activation = keras.activations.get(activation)
        self.seed = seed
        self.stacked = stacked
        check_sizes(num_experts=num_experts)
        if not self.units:
            raise ValueError(
                "`units` should have one width or more, as experts are made "
                f"of layers. Received: units={units!r}."
            )

    def build(self, input_shape: Any) -> None:
        width = self._width_of(input_shape)
        self.kernels = []
        self.biases = []
        for number, units in enumerate(self.units):
            self.kernels.append(
                self.add_weight(
                    name=f"kernel_{number}",
                    shape=(self.num_experts, width, units),
                    initializer=_GlorotPerExpert(seed_of(number, self.seed)),
                )
            )
            self.biases.append(
                self.add_weight(
                    name=f"bias_{number}",
                    shape=(self.num_experts, 1, units),
                    initializer="zeros",
                )
            )
            width = units

    def _width_of(self, input_shape: Any) -> int:
        apart = isinstance(input_shape[0], list | tuple)
        count = len(input_shape) if apart else self.num_experts
        if not apart and len(input_shape) == 3:
            count = input_shape[1]
        if count != self.num_experts:
            raise ValueError(
                "The inputs should have shape (batch, inputs), or (batch, "
                f"{self.num_experts}, inputs) with one for each expert. "
                f"Received: inputs.shape={tuple(input_shape)}."
            )
        return input_shape[0][-1] if apart else input_shape[-1]

    def call(self, inputs: Any) -> Any:
        if isinstance(inputs, list | tuple):
            hidden = list(inputs)
        elif inputs.shape.rank == 3:
            hidden = tf.unstack(inputs, self.num_experts, axis=1)
        else:
            hidden = [inputs] * self.num_experts
        # On CPUs a product for each expert is a tenth faster, gradients
        # included, than one batched product: it takes bias and activation
        # along, and what it writes stays in the cache.
        for stacked, biases in zip(self.kernels, self.biases, strict=True):
            kernels = tf.unstack(tf.convert_to_tensor(stacked))
            offsets = tf.unstack(tf.convert_to_tensor(biases)[:, 0])
            hidden = [
                self.activation(tf.nn.bias_add(tf.matmul(one, kernel), offset))
                for one, kernel, offset in zip(
                    hidden, kernels, offsets, strict=True
                )
            ]
        return tf.stack(hidden, axis=1) if self.stacked else hidden

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
            "stacked": self.stacked,
        }


class _GlorotPerExpert(keras.initializers.Initializer):
    """Glorot-uniform in each expert's own fans, one draw for all experts."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> tf.Tensor:
        limit = (6 / (shape[-2] + shape[-1])) ** 0.5
        uniform = keras.initializers.RandomUniform(-limit, limit, self.seed)
        return uniform(shape, dtype=dtype)
