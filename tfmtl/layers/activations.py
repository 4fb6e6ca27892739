"""Activations that Keras has under other numbers."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tfmtl")
def leaky_relu(inputs: tf.Tensor) -> tf.Tensor:
    """Returns the leaky ReLU with the slope 0.01 below 0.

    That of Keras has 0.2; models of counts are published with this one.

    Args:
        inputs: A tensor.

    Example:

    >>> leaky_relu(tf.constant([2.0, -100.0])).numpy().tolist()
    [2.0, -1.0]

    Reference:
        [Maas et al., 2013](
        https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf).
    """
    return tf.nn.leaky_relu(inputs, 0.01)
