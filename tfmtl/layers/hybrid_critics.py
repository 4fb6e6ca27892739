"""A weighted mean of probabilities, with weights that depend on the input."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl.layers.mlp import MLP
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import units_of


@keras.saving.register_keras_serializable("tfmtl")
class HybridCritics(keras.layers.Layer):
    """Judges a state by several critics, and mixes their probabilities.

        gate        = softmax(mlp(inputs) @ kernel + bias)
        probability = sum over critics of
                      gate[c] * sigmoid(state @ critic[c] + offset[c])

    What is returned is the logit of that probability, computed from
    logarithms of positive terms only: a cross-entropy of it has the gradient
    of the mixture wherever the probability is, also close to 0 and 1.

    Args:
        num_critics: Number of critics.
        gate_units: Widths of hidden layers in front of the gate's softmax.
        scale: Whether the probability is divided by `num_critics` as well,
            which bounds it by `1 / num_critics`.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, inputs)`, what the gate looks at.
        state: `(batch, units)`, what the critics judge.

    Returns:
        Tensor of shape `(batch, 1)`, a logit. `gate(inputs)` gives the
        weights of the critics alone, `(batch, critics)`, each row summing
        to 1.

    Raises:
        ValueError: If a size is not positive.

    Example:

    >>> critics = tfmtl.layers.HybridCritics(5)
    >>> critics(tf.ones((8, 10)), tf.ones((8, 32))).shape
    TensorShape([8, 1])

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), eq. 8-9.
    """

    def __init__(
        self,
        num_critics: int,
        gate_units: Sequence[int] = (),
        scale: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_sizes(num_critics=num_critics)
        self.num_critics = num_critics
        self.gate_units = units_of("gate_units", gate_units)
        self.scale = scale
        self.seed = seed

    def build(self, inputs_shape: Any, state_shape: Any) -> None:
        self._hidden = MLP(
            self.gate_units, seed=self.seed, dtype=self.dtype_policy
        )
        # The hidden layers have taken the numbers before.
        self._scores_of_gate = self._dense(len(self.gate_units))
        self._critics = self._dense(len(self.gate_units) + 1)
        self._hidden.build(inputs_shape)
        width = self.gate_units[-1] if self.gate_units else inputs_shape[-1]
        self._scores_of_gate.build((None, width))
        self._critics.build(state_shape)

    def _dense(self, part: int) -> keras.layers.Dense:
        return keras.layers.Dense(
            self.num_critics,
            kernel_initializer=keras.initializers.GlorotUniform(
                seed_of(part, self.seed)
            ),
            dtype=self.dtype_policy,
        )

    def gate(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the weights of the critics, `(batch, critics)`."""
        return tf.cast(tf.exp(self._log_gate(inputs)), self.compute_dtype)

    def _log_gate(self, inputs: tf.Tensor) -> tf.Tensor:
        scores = self._scores_of_gate(self._hidden(inputs))
        return tf.nn.log_softmax(tf.cast(scores, tf.float32))

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
        state = tf.cast(state, self.compute_dtype)
        scores = tf.cast(self._critics(state), tf.float32)
        log_gate = self._log_gate(inputs)
        positive, negative = (
            tf.reduce_logsumexp(log_gate + log_judgement, 1, keepdims=True)
            for log_judgement in (
                tf.math.log_sigmoid(scores),
                tf.math.log_sigmoid(-scores),
            )
        )
        if self.scale and self.num_critics > 1:
            # 1 - p / m is proportional to (1 - p) + (m - 1).
            rest = np.float32(np.log(self.num_critics - 1))
            negative = rest + tf.nn.softplus(negative - rest)
        return tf.cast(positive - negative, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_critics": self.num_critics,
            "gate_units": self.gate_units,
            "scale": self.scale,
            "seed": self.seed,
        }
