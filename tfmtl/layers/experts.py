"""Parallel networks of one shape, computed together."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.seeds import seed_of


@keras.saving.register_keras_serializable("tfmtl")
class Experts(keras.layers.Layer):
    """Runs a number of equally shaped MLPs on one input.

    The kernels of a layer are stacked to `(experts, in, out)`, so that a
    layer is one batched matrix product, however many experts there are:

        h[e] = activation(h[e] @ kernel[e] + bias[e])

    Every expert starts from weights of its own.

    Args:
        num_experts: Number of networks.
        units: Widths of the layers of each.
        activation: Activation after each layer, the last one too.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, inputs)`.

    Returns:
        Tensor of shape `(batch, experts, units[-1])`.

    Raises:
        ValueError: If a size is not positive.

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
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_experts = num_experts
        self.units = tuple(units)
        self.activation = keras.activations.get(activation)
        self.seed = seed
        if num_experts < 1 or not self.units or min(self.units) < 1:
            raise ValueError(
                "`num_experts` and `units` should be positive, and `units` "
                "not empty. "
                f"Received: num_experts={num_experts!r}, units={units!r}."
            )

    def build(self, input_shape: Any) -> None:
        width = input_shape[-1]
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

    def call(self, inputs: Any) -> tf.Tensor:
        hidden = inputs  # broadcast over the experts by the first product
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            hidden = self.activation(tf.matmul(hidden, kernel) + bias)
        return tf.transpose(hidden, [1, 0, 2])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_experts": self.num_experts,
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }


class _GlorotPerExpert(keras.initializers.Initializer):
    """Glorot-uniform in each expert's own fans, one draw for all experts."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> tf.Tensor:
        limit = (6 / (shape[-2] + shape[-1])) ** 0.5
        uniform = keras.initializers.RandomUniform(-limit, limit, self.seed)
        return uniform(shape, dtype=dtype)
