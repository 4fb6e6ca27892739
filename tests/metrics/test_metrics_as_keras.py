"""What all metrics promise to Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl import metrics

NAMES = sorted(set(metrics.__all__) - {"PooledMetric"})


@pytest.mark.parametrize("name", NAMES)
def test_configuration_makes_the_round_trip(name):
    metric = getattr(metrics, name)()
    restored = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(metric)
    )
    assert restored.get_config() == metric.get_config()


@pytest.mark.parametrize("name", NAMES)
def test_traced_updates_equal_eager_ones(name):
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, (64, 1)).astype(np.float32)
    scores = draw.random((64, 1)).astype(np.float32)
    eager, traced = getattr(metrics, name)(), getattr(metrics, name)()
    eager.update_state(labels, scores)
    update = tf.function(lambda y, p: traced.update_state(y, p))
    for half in (slice(0, 32), slice(32, 64)):
        update(tf.constant(labels[half]), tf.constant(scores[half]))
    assert traced.result() == eager.result()
