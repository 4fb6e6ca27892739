"""A weighted mean of experts, with weights that depend on the input."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers.mlp import MLP
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import units_of


@keras.saving.register_keras_serializable("tfmtl")
class GatedMixture(keras.layers.Layer):
    """Mixes expert outputs by a softmax gate over the input.

        gate   = softmax(mlp(inputs) @ kernel + bias)
        output = sum over experts of gate[e] * experts[e]

    Args:
        gate_units: Widths of hidden layers in front of the gate's softmax.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, inputs)`, what the gate looks at.
        experts: `(batch, experts, units)`, what it mixes; or a list of as
            many tensors `(batch, units)`, which takes half the time.

    Returns:
        Tensor of shape `(batch, units)`. `gate(inputs)` gives the weights
        alone, `(batch, experts)`, each row summing to 1.

    Example:

    >>> mixture = tfmtl.layers.GatedMixture()
    >>> mixture(tf.ones((8, 10)), tf.ones((8, 4, 32))).shape
    TensorShape([8, 32])

    Reference:
        [Ma et al., 2018](https://doi.org/10.1145/3219819.3220007), eq. 6-7.
    """

    def __init__(
        self,
        gate_units: Sequence[int] = (),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.gate_units = units_of("gate_units", gate_units)
        self.seed = seed

    def build(self, inputs_shape: Any, experts_shape: Any) -> None:
        self._hidden = MLP(
            self.gate_units, seed=self.seed, dtype=self.dtype_policy
        )
        apart = isinstance(experts_shape[0], list | tuple)
        # Saved models know it by this name.
        self._softmax = keras.layers.Dense(
            len(experts_shape) if apart else experts_shape[-2],
            # The hidden layers have taken the numbers before.
            kernel_initializer=keras.initializers.GlorotUniform(
                seed_of(len(self.gate_units), self.seed)
            ),
            dtype=self.dtype_policy,
        )
        self._hidden.build(inputs_shape)
        width = self.gate_units[-1] if self.gate_units else inputs_shape[-1]
        self._softmax.build((None, width))

    def gate(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the weights of the experts, `(batch, experts)`."""
        # The softmax of Keras warns of a mixture of a single expert.
        return tf.nn.softmax(self._softmax(self._hidden(inputs)))

    def call(self, inputs: tf.Tensor, experts: Any) -> tf.Tensor:
        # Multiply and sum rather than many tiny matrix products.
        weights = self.gate(inputs)
        if isinstance(experts, list | tuple):
            parts = zip(
                tf.split(weights, len(experts), axis=1), experts, strict=True
            )
            return tf.add_n([part * self._cast(one) for part, one in parts])
        weighted = weights[..., tf.newaxis] * self._cast(experts)
        return tf.reduce_sum(weighted, axis=1)

    def _cast(self, tensor: tf.Tensor) -> tf.Tensor:
        return tf.cast(tensor, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "gate_units": self.gate_units,
            "seed": self.seed,
        }
