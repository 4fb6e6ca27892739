import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import SequenceAttention
from tfmtl.layers import sequence_pooling

STEPS = tf.constant([[[9.0], [1.0], [2.0]], [[9.0], [9.0], [9.0]]])
PRESENT = tf.constant([[False, True, True], [False, False, False]])


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        (sequence_pooling.flatten, [[0, 1, 2], [0, 0, 0]]),
        (sequence_pooling.mean, [[1.5], [0]]),
        (sequence_pooling.last, [[2], [0]]),
    ],
)
def test_pools_the_steps_that_there_are(pooling, expected):
    layer = SequenceAttention(attention=False, pooling=pooling)
    np.testing.assert_allclose(layer(STEPS, PRESENT), expected)
    saved = keras.saving.serialize_keras_object(layer)
    restored = keras.saving.deserialize_keras_object(saved)
    assert restored.pooling is pooling


def test_the_last_step_need_not_be_at_the_end():
    present = tf.constant([[True, True, False]])
    last = sequence_pooling.last(STEPS[:1], present)
    np.testing.assert_allclose(last, [[1.0]])


def test_equals_the_attention_of_keras():
    draw = np.random.default_rng(0)
    steps = tf.constant(draw.normal(size=(2, 5, 3)), tf.float32)
    layer = SequenceAttention(6, num_heads=2, position_dim=0, seed=0)
    output = layer(steps)
    attention = layer.self_attention
    stock = keras.layers.MultiHeadAttention(
        2, 3, use_bias=False, output_shape=6
    )
    stock(steps, steps)
    stock.set_weights(
        [
            np.reshape(kernel, (3, 2, 3))
            for kernel in (attention.query, attention.key, attention.value)
        ]
        + [np.reshape(layer.output_kernel, (2, 3, 6))]
    )
    expected = tf.reshape(stock(steps, steps), (2, 30))
    np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-6)


def test_steps_before_the_first_record_do_not_matter():
    layer = SequenceAttention(4, seed=0)
    other = STEPS + tf.constant([[[5.0], [0.0], [0.0]]])
    output = layer(STEPS, PRESENT).numpy()
    np.testing.assert_array_equal(output, layer(other, PRESENT))
    # They read nothing, and nothing is read where there is no step at all.
    assert not output[0, :4].any() and output[0, 4:].all()
    assert not output[1].any()
    # What is there is read as if there were nothing else.
    position = layer.position.numpy()
    alone = SequenceAttention(4, seed=0)
    alone(STEPS[:1, 1:])
    weights = {w.name: w for w in layer.weights}
    for weight in alone.weights:
        weight.assign(
            position[1:] if weight.name == "position" else weights[weight.name]
        )
    np.testing.assert_allclose(
        output[:1, 4:], alone(STEPS[:1, 1:]), rtol=1e-5, atol=1e-7
    )


def test_the_order_of_the_steps_matters_by_their_positions_only():
    steps = tf.constant([[[1.0], [2.0]]])
    for position_dim, differ in ((2, True), (0, False)):
        layer = SequenceAttention(
            4,
            position_dim=position_dim,
            pooling=sequence_pooling.mean,
            seed=0,
        )
        one, other = layer(steps), layer(steps[:, ::-1])
        assert np.allclose(one, other, rtol=1e-6, atol=1e-9) is not differ


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 5}, "multiple of `num_heads`"),
        ({"position_dim": -1}, "`position_dim` should not be negative"),
        ({"attention": "no"}, "`attention` should be True or False"),
        ({"pooling": "mean"}, "`pooling` should be a function.*'mean'"),
    ],
)
def test_refuses_options_that_do_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        SequenceAttention(**options)
