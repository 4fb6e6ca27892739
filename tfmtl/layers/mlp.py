"""A stack of dense layers."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.resumable_dropout import ResumableDropout
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import rates_of
from tfmtl.layers.sizes import units_of


@keras.saving.register_keras_serializable("tfmtl")
class MLP(keras.layers.Layer):
    """Dense layers, each followed by activation and dropout.

    Args:
        units: Widths of the layers. An empty sequence makes the identity.
        activation: Activation after each layer, the last one too.
        dropout: Share of units dropped in training, one for all layers or
            one per layer.
        seed: Optional int that makes weights and dropout repeatable. Layers
            get seeds of their own.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, inputs)`.
        training: Whether dropout is on.

    Returns:
        Tensor of shape `(batch, units[-1])`.

    Raises:
        ValueError: If a width is not positive or the numbers of widths and
            dropouts differ.

    Example:

    >>> tfmtl.layers.MLP((64, 32))(tf.ones((8, 10))).shape
    TensorShape([8, 32])
    """

    def __init__(
        self,
        units: Sequence[int],
        activation: types.ActivationLike = "relu",
        dropout: float | Sequence[float] = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units_of("units", units)
        self.activation = keras.activations.get(activation)
        self.dropout = dropout
        self.seed = seed
        self._steps = []
        for number, (width, rate) in enumerate(
            zip(self.units, rates_of(dropout, self.units), strict=True)
        ):
            layer_seed = seed_of(number, seed)
            self._steps.append(
                keras.layers.Dense(
                    width,
                    self.activation,
                    kernel_initializer=keras.initializers.GlorotUniform(
                        layer_seed
                    ),
                    dtype=self.dtype_policy,
                )
            )
            if rate:
                self._steps.append(
                    ResumableDropout(
                        rate, seed=layer_seed, dtype=self.dtype_policy
                    )
                )

    def build(self, input_shape: Any) -> None:
        for step in self._steps:
            step.build(input_shape)
            input_shape = step.compute_output_shape(input_shape)

    def call(self, inputs: Any, training: bool = False) -> tf.Tensor:
        for step in self._steps:
            inputs = step(inputs, training=training)
        return inputs

    @property
    def last_weights(self) -> list[keras.Variable]:
        """Kernel and bias of the last layer; none where `units` is empty."""
        return self.trainable_weights[-2:]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "dropout": self.dropout,
            "seed": self.seed,
        }
