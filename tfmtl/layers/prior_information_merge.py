"""Tells a task the outcome of the task before it (the PIM module of PIMM)."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.uniform_draw import UniformDraw


@keras.saving.register_keras_serializable("tfmtl")
class PriorInformationMerge(keras.layers.Layer):
    """Merges the outcome of the previous task into its hidden state.

    On a path such as click -> conversion, a task should know how the task
    before it ended. In training, each row is told the true label with
    probability `label_rate` and the prediction otherwise; outside training it
    is always told the prediction:

        output = activation(stop_gradient(outcome) * kernel) + hidden

    There is no bias: an outcome of 0 gives `activation(0)`, 0.5 by default.
    The hidden state keeps its gradient. The layer knows nothing of epochs:
    lower `label_rate` from outside, with `tfmtl.training.ScheduleVariable`.

    Args:
        activation: Activation of the outcome.
        stop_gradient: Whether the loss is kept from training the prediction
            that is told.
        kernel_initializer: Initializer of the `(1, units)` kernel.
        seed: Optional int. Makes kernel and draw of labels repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        hidden: `(batch, units)`, what the previous task hands on.
        prediction: `(batch, 1)`, its predicted probability.
        label: Optional, `(batch, 1)`, its true outcome.
        label_rate: Scalar in [0, 1], the chance that the label is told.
        draw: Optional `(batch, 1)` of uniform numbers in [0, 1); the label is
            told where `draw < label_rate`. Without it the layer draws its
            own, other ones at each call.
        training: Whether the layer runs in training mode.

    Returns:
        Tensor of shape `(batch, units)`.

    Raises:
        ValueError: If `prediction` is not `(batch, 1)`.

    Example:

    >>> merge = tfmtl.layers.PriorInformationMerge()
    >>> merge(tf.zeros((8, 32)), tf.fill((8, 1), 0.1)).shape
    TensorShape([8, 32])

    Reference:
        [Weng et al., 2023](https://doi.org/10.1145/3539618.3591969), sec. 2.3,
        eq. 4-6.
    """

    def __init__(
        self,
        activation: types.ActivationLike = "sigmoid",
        stop_gradient: bool = True,
        kernel_initializer: types.InitializerLike | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        # Casting draw and rate to half precision would spoil the draw: 0.999
        # becomes 1, which is not below a rate of 1.
        super().__init__(autocast=False, **kwargs)
        self.activation = keras.activations.get(activation)
        self.stop_gradient = stop_gradient
        self.kernel_initializer = keras.initializers.get(
            kernel_initializer or keras.initializers.GlorotUniform(seed)
        )
        self.seed = seed
        self.draw = UniformDraw(seed)

    def build(self, hidden_shape: Any, *_: Any) -> None:
        self.kernel = self.add_weight(
            name="kernel",
            shape=(1, hidden_shape[-1]),
            initializer=self.kernel_initializer,
        )

    def call(
        self,
        hidden: tf.Tensor,
        prediction: tf.Tensor,
        label: tf.Tensor | None = None,
        label_rate: types.TensorLike = 1.0,
        draw: tf.Tensor | None = None,
        training: bool = False,
    ) -> tf.Tensor:
        if prediction.shape.rank != 2 or prediction.shape[-1] != 1:
            raise ValueError(
                "`prediction` should have shape (batch, 1); add an axis with "
                "`prediction[:, tf.newaxis]`. "
                f"Received: prediction.shape={prediction.shape}."
            )
        hidden, kernel, outcome = (
            tf.cast(tensor, self.compute_dtype)
            for tensor in (hidden, self.kernel.value, prediction)
        )
        if training and label is not None:
            if draw is None:
                draw = self.draw(hidden)
            label = tf.cast(label, self.compute_dtype)
            outcome = tf.where(draw < label_rate, label, outcome)
        if self.stop_gradient:
            outcome = tf.stop_gradient(outcome)
        return self.activation(outcome * kernel) + hidden

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "activation": keras.activations.serialize(self.activation),
            "stop_gradient": self.stop_gradient,
            "kernel_initializer": keras.initializers.serialize(
                self.kernel_initializer
            ),
            "seed": self.seed,
        }
