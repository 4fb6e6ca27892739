"""Promises that every public layer keeps."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.conformance.cases import LAYERS
from tests.conformance.cases import ROWS
from tfmtl import layers


@pytest.fixture(params=sorted(LAYERS))
def case(request):
    return LAYERS[request.param]


def resized(inputs, rows):
    return tf.nest.map_structure(lambda tensor: tensor[:rows], inputs)


def test_every_public_layer_has_a_case():
    assert sorted(LAYERS) == sorted(layers.__all__)


def test_configuration_makes_the_same_round_trip(case):
    make, inputs = case
    layer = make(name="one")
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    restored = keras.saving.deserialize_keras_object(config)
    assert type(restored) is type(layer)
    assert restored.get_config() == layer.get_config()
    layer(*inputs)
    restored(*inputs)
    restored.set_weights(layer.get_weights())
    np.testing.assert_array_equal(layer(*inputs), restored(*inputs))


def test_eager_equals_graph(case):
    make, inputs = case
    eager, traced = make(), make()
    eager(*inputs)
    traced(*inputs)
    traced.set_weights(eager.get_weights())
    graph = tf.function(lambda *tensors: traced(*tensors))
    np.testing.assert_allclose(eager(*inputs), graph(*inputs), rtol=1e-5)


def test_takes_an_unknown_batch_size_and_a_batch_of_one(case):
    make, inputs = case
    layer = make()
    output = layer(*inputs)
    signature = tf.nest.map_structure(
        lambda tensor: tf.TensorSpec([None, *tensor.shape[1:]], tensor.dtype),
        inputs,
    )
    graph = tf.function(
        lambda *tensors: layer(*tensors), input_signature=signature
    )
    for rows in (1, ROWS):
        assert graph(*resized(inputs, rows)).shape == (
            rows,
            *output.shape[1:],
        )


def test_rows_do_not_depend_on_each_other(case):
    make, inputs = case
    layer = make()
    if isinstance(layer, layers.UniformDraw):
        pytest.skip("its numbers are of the batch, not of its rows")
    both, alone = layer(*inputs), layer(*resized(inputs, 1))
    np.testing.assert_allclose(both[:1], alone, rtol=1e-5)


def test_computes_in_mixed_precision(case):
    make, inputs = case
    layer = make(dtype="mixed_bfloat16")
    output = layer(*inputs)
    if not isinstance(layer, layers.UniformDraw):
        assert output.dtype == tf.bfloat16
    for weight in layer.trainable_weights:
        assert weight.dtype == "float32"
    plain = make()
    plain(*inputs)
    plain.set_weights(layer.get_weights())
    if not isinstance(layer, layers.UniformDraw):
        np.testing.assert_allclose(
            tf.cast(output, tf.float32), plain(*inputs), rtol=0.05, atol=0.02
        )


def test_every_weight_has_a_gradient(case):
    make, inputs = case
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(layer(*inputs)))
    gradients = tape.gradient(loss, layer.trainable_weights)
    assert all(gradient is not None for gradient in gradients)
