"""Random numbers that a restored, seeded model goes on drawing."""

import random
from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tfmtl")
class UniformDraw(keras.layers.Layer):
    """Draws one uniform number in [0, 1) per row, other ones at each call.

    The numbers are a function of the seed, of the number of calls so far and
    of the replica. The number of calls is a weight, so that it is saved with
    the model: with a `seed`, training that is interrupted and resumed draws
    the numbers it would have drawn (Keras does not save the state of its own
    generators). Without one, the restored layer draws other numbers.

    Args:
        seed: Optional int. Makes the numbers repeatable, also over an
            interruption; None takes a seed at random.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor of which the first axis is the batch.

    Returns:
        float32 tensor of shape `(batch, 1)`.

    Example:

    >>> tfmtl.layers.UniformDraw(seed=0)(tf.zeros((8, 32))).shape
    TensorShape([8, 1])
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self._key = random.randrange(2**31) if seed is None else seed
        self.calls = self.add_weight(
            name="calls",
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True  # also where a model never gets to call it

    def call(self, inputs: Any) -> tf.Tensor:
        seed = tf.stack([tf.constant(self._key, tf.int32), self.calls.value])
        context = tf.distribute.get_replica_context()
        if context is not None:
            seed = tf.random.experimental.stateless_fold_in(
                seed, context.replica_id_in_sync_group
            )
        shape = tf.stack([tf.shape(inputs)[0], 1])
        numbers = tf.random.stateless_uniform(shape, seed)
        self.calls.assign_add(1)
        return numbers

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}
