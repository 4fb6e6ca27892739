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


def assert_equal(actual, expected, **tolerance):
    """Compares outputs, of which some layers give a list."""
    actual, expected = tf.nest.flatten(actual), tf.nest.flatten(expected)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, **{"rtol": 0, **tolerance})


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
    assert_equal(layer(*inputs), restored(*inputs))


def test_eager_equals_graph(case):
    make, inputs = case
    eager, traced = make(), make()
    eager(*inputs)
    traced(*inputs)
    traced.set_weights(eager.get_weights())
    graph = tf.function(lambda *tensors: traced(*tensors))
    assert_equal(eager(*inputs), graph(*inputs), rtol=1e-5)


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
        actual = graph(*resized(inputs, rows))
        for one, other in zip(
            tf.nest.flatten(actual), tf.nest.flatten(output), strict=True
        ):
            assert one.shape == (rows, *other.shape[1:])


# What UniformDraw draws is of the batch, not of its rows.
@pytest.mark.parametrize("name", sorted(set(LAYERS) - {"UniformDraw"}))
def test_rows_do_not_depend_on_each_other(name):
    make, inputs = LAYERS[name]
    layer = make()
    both, alone = layer(*inputs), layer(*resized(inputs, 1))
    assert_equal(resized(both, 1), alone, rtol=1e-5)


def test_computes_in_mixed_precision(case):
    make, inputs = case
    layer = make(dtype="mixed_bfloat16")
    output = layer(*inputs)
    if not isinstance(layer, layers.UniformDraw):
        assert {o.dtype for o in tf.nest.flatten(output)} == {tf.bfloat16}
    for weight in layer.trainable_weights:
        assert weight.dtype == "float32"
    plain = make()
    plain(*inputs)
    plain.set_weights(layer.get_weights())
    if not isinstance(layer, layers.UniformDraw):
        output = tf.nest.map_structure(lambda o: tf.cast(o, tf.float32), output)
        assert_equal(output, plain(*inputs), rtol=0.05, atol=0.02)


def test_every_weight_has_a_gradient(case):
    make, inputs = case
    layer = make()
    with tf.GradientTape() as tape:
        outputs = tf.nest.flatten(layer(*inputs))
        loss = tf.add_n([tf.reduce_sum(tf.square(o)) for o in outputs])
    gradients = tape.gradient(loss, layer.trainable_weights)
    assert all(gradient is not None for gradient in gradients)
