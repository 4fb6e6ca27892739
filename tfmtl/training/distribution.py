"""Chooses where to train."""

import os

import tensorflow as tf


def default_strategy() -> tf.distribute.Strategy:
    """Returns the strategy that uses the accelerators there are.

    A TPU named by the variable `TPU_NAME`, else all GPUs if there is more
    than one, else TensorFlow's default on one GPU or the CPU. Create, compile
    and restore a model within its `scope()`.

    Example:

    >>> with tfmtl.training.default_strategy().scope():
    ...     model.compile(tfmtl.optimizers.LazyAdam())
    """
    if os.environ.get("TPU_NAME"):
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver()
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver)
    if len(tf.config.list_physical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()
