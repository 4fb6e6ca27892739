import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import MetaUnit
from tfmtl.layers import meta_unit

SCENARIO = np.array([[2.0, 1.0], [0.0, 1.0]], np.float32)


@pytest.fixture
def unit():
    """One layer; scenario unit 0 keeps the inputs, unit 1 exchanges them."""
    unit = MetaUnit(1)
    unit.build((None, 2), (None, 2))
    unit.generators[0].assign([np.eye(2), np.eye(2)[::-1]])
    unit.bias_generators[0].assign([[0.0, 0.0], [0.0, -5.0]])
    unit.static_kernels[0].assign([[0.0, 0.0], [0.0, 10.0]])
    unit.static_biases[0].assign([0.5, 0.0])
    return unit


def test_a_row_meets_the_kernel_of_its_scenario(unit):
    # Row 0: twice (1, 2), once (2, 1), 10 * 2, biases 0.5 and -5.
    # Row 1: once (4, 3), 10 * 4, the same biases.
    inputs = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    expected = [[4.5, 20.0], [4.5, 38.0]]
    np.testing.assert_allclose(unit(inputs, SCENARIO), expected)


def test_below_zero_the_slope_is_leaky_alpha(unit):
    inputs = tf.constant([[0.0, 0.0], [0.0, 0.0]])
    expected = [[0.5, -0.05], [0.5, -0.05]]
    np.testing.assert_allclose(unit(inputs, SCENARIO), expected, rtol=1e-6)
    linear = unit.like(last_activation=False)
    linear(inputs, SCENARIO)
    linear.set_weights(unit.get_weights())
    expected = [[0.5, -5.0], [0.5, -5.0]]
    np.testing.assert_allclose(linear(inputs, SCENARIO), expected, rtol=1e-6)


def explicit(weights, inputs, scenario):
    """Computes the unit by one matrix for every row."""
    hidden = inputs
    for generator, bias_generator, kernel, bias in weights:
        kernels = tf.einsum("bk,kio->bio", scenario, generator) + kernel
        offsets = tf.matmul(scenario, bias_generator) + bias
        hidden = tf.einsum("bvi,bio->bvo", hidden, kernels)
        hidden = tf.nn.leaky_relu(hidden + offsets[:, tf.newaxis], 0.01)
    return hidden


@pytest.mark.parametrize("vectors", [1, 4])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_equals_a_matrix_for_every_row(vectors, in_chunks, monkeypatch):
    if in_chunks:
        # Two rows at a time, and one row in the end.
        monkeypatch.setattr(meta_unit, "_ROW_BYTES", 0)
        monkeypatch.setattr(meta_unit, "_CHUNK_BYTES", 0)
    draw = np.random.default_rng(0)
    inputs = tf.constant(draw.normal(size=(5, vectors, 3)), tf.float32)
    scenario = tf.constant(draw.normal(size=(5, 2)), tf.float32)
    unit = MetaUnit(2, seed=0)
    unit.build(inputs.shape, scenario.shape)
    weights = [
        (
            unit.generators[number],
            unit.bias_generators[number],
            unit.static_kernels[number],
            unit.static_biases[number],
        )
        for number in range(2)
    ]
    sources = [inputs, scenario, *(w.value for w in unit.trainable_weights)]
    results = []
    for function in (unit, lambda *rows: explicit(weights, *rows)):
        with tf.GradientTape() as tape:
            tape.watch(sources[:2])
            output = function(inputs, scenario)
            loss = tf.reduce_sum(tf.square(output))
        results.append([output, *tape.gradient(loss, sources)])
    for actual, expected in zip(*results, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)


def test_chunks_have_a_second_gradient(monkeypatch):
    inputs = tf.constant([[0.3, 0.7], [0.2, 0.1], [0.9, 0.4]])
    scenario = tf.constant([[0.5], [1.0], [2.0]])
    unit = MetaUnit(1, seed=0)

    def second(scenario):
        with tf.GradientTape() as outer:
            outer.watch(scenario)
            with tf.GradientTape() as inner:
                output = unit(inputs, scenario)
                loss = tf.reduce_sum(output**2)
            gradient = inner.gradient(loss, unit.generators[0].value)
            norm = tf.reduce_sum(gradient**2)
        return outer.gradient(norm, scenario)

    expected = second(scenario)
    monkeypatch.setattr(meta_unit, "_ROW_BYTES", 0)
    monkeypatch.setattr(meta_unit, "_CHUNK_BYTES", 0)
    np.testing.assert_allclose(second(scenario), expected, rtol=1e-4)


def test_without_generators_it_is_dense_layers(unit):
    inputs = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    static = unit.like(generated=False)
    static(inputs, SCENARIO)
    static.set_weights([unit.static_kernels[0], unit.static_biases[0]])
    np.testing.assert_allclose(static(inputs, SCENARIO), [[0.5, 20], [0.5, 40]])
    zero = tf.zeros((2, 2))
    np.testing.assert_allclose(unit(inputs, zero), static(inputs, SCENARIO))


def test_starts_as_dense_layers_that_the_scenario_disturbs_a_little():
    unit = MetaUnit(2, seed=0)
    unit.build((None, 32), (None, 8))
    for kernel, generator in zip(
        unit.static_kernels, unit.generators, strict=True
    ):
        # Glorot: the root of 2 / (32 + 32), and of 2 / (8 + 32 * 32).
        assert np.std(kernel) == pytest.approx(0.177, rel=0.1)
        assert np.std(generator) == pytest.approx(0.044, rel=0.1)
    assert not np.allclose(*unit.static_kernels)
    of_keras = MetaUnit(1, glorot_bias=False)
    of_keras.build((None, 32), (None, 8))
    assert not np.any(of_keras.static_kernels[0])


def test_the_regularizer_is_for_what_generates(unit):
    penalised = unit.like(generator_regularizer="l2")
    inputs = tf.ones((2, 2))
    penalised(inputs, SCENARIO)
    penalised.set_weights(unit.get_weights())
    # 0.01 times the sum of squares: four ones in the generator, and -5.
    assert float(sum(penalised.losses)) == pytest.approx(0.01 * (4 + 25))


def test_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="positive.*num_layers=0"):
        MetaUnit(0)
    with pytest.raises(ValueError, match=r"scenario.shape=\(2,\)"):
        MetaUnit()(tf.ones((2, 3)), tf.ones((2,)))
