"""Dropout that a restored model goes on with where it stopped."""

from typing import Any

import keras


@keras.saving.register_keras_serializable("tfmtl")
class ResumableDropout(keras.layers.Dropout):
    """`keras.layers.Dropout` that saves the state of its generator.

    Keras does not, so that training that is interrupted and resumed would
    begin the sequence of masks again. Here it goes on with the masks it would
    have drawn.

    Args:
        rate: Share of units dropped in training.
        noise_shape: As in `keras.layers.Dropout`.
        seed: Optional int that makes the masks repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor of any shape.
        training: Whether units are dropped.

    Returns:
        Tensor of the shape of `inputs`.

    Example:

    >>> dropout = tfmtl.layers.ResumableDropout(0.5, seed=0)
    >>> dropout(tf.ones((8, 32)), training=True).shape
    TensorShape([8, 32])
    """

    def save_own_variables(self, store: Any) -> None:
        if self.rate > 0:
            store["generator_state"] = self.seed_generator.state.numpy()

    def load_own_variables(self, store: Any) -> None:
        if self.rate > 0:
            self.seed_generator.state.assign(store["generator_state"])
