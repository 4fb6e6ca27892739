import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models import CrossStitch


def tensors(inputs):
    return {name: tf.constant(column) for name, column in inputs.items()}


def by_loops(model, inputs):
    """Returns the probabilities of separate networks, stitched by hand."""
    inputs = model.encoder(inputs).numpy()
    states = [inputs for _ in model.tasks]
    for hidden, stitch in zip(model.hidden, model.stitches, strict=True):
        weights = zip(states, *hidden.get_weights(), strict=True)
        states = [
            np.maximum(s @ kernel + bias, 0) for s, kernel, bias in weights
        ]
        states = [
            sum(a * state for a, state in zip(row, states, strict=True))
            for row in stitch.matrix().numpy()
        ]
    weights = zip(states, *model.heads.get_weights(), strict=True)
    scores = [s @ kernel + bias for s, kernel, bias in weights]
    return [1 / (1 + np.exp(-score)) for score in scores]


@pytest.mark.parametrize("number", [1, 3])
def test_computes_parallel_networks_stitched_after_every_layer(
    features, path, rows, number
):
    model = CrossStitch(features, path[:number], tower_units=(6, 4), seed=0)
    model.build()
    for stitch in model.stitches:
        draw = np.random.default_rng(0).normal(size=(number, number))
        stitch.kernel.assign(draw)
    model.encoder.embeddings[0].table.assign(
        np.random.default_rng(1).normal(size=(80, 4))
    )
    inputs = tensors(rows(5)[0])
    outputs = model(inputs)
    for task, expected in zip(path, by_loops(model, inputs), strict=False):
        np.testing.assert_allclose(outputs[task.name], expected, atol=1e-5)


def test_stitches_start_with_mostly_the_own_state(features, path):
    model = CrossStitch(features, path, tower_units=(6, 4))
    model.build()
    expected = 0.85 * np.eye(3) + 0.05
    assert len(model.stitches) == 2
    for stitch in model.stitches:
        np.testing.assert_allclose(stitch.matrix(), expected, rtol=1e-6)


def reached(model, inputs, task):
    """Returns which tasks' kernels a task's prediction depends on."""
    kernel = model.hidden[0].kernels[0]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(inputs)[task])
    gradient = tape.gradient(loss, kernel.value)
    return [bool(np.any(part != 0)) for part in gradient.numpy()]


def test_tasks_read_from_one_another_through_the_stitches_only(
    features, path, rows
):
    model = CrossStitch(features, path, tower_units=(8, 8), seed=0)
    model.build()
    inputs = tensors(rows(20)[0])
    assert reached(model, inputs, "cart") == [True, True, True]
    for stitch in model.stitches:
        stitch.kernel.assign(np.eye(3))
    assert reached(model, inputs, "cart") == [False, True, False]


def test_networks_start_different(features, path):
    model = CrossStitch(features, path, tower_units=(6,), seed=0)
    model.build()
    kernel = model.hidden[0].kernels[0].numpy()
    assert not np.allclose(kernel[0], kernel[1])


def test_the_matrices_take_the_options(features, path):
    model = CrossStitch(
        features,
        path,
        tower_units=(6,),
        per_channel=True,
        learning_rate_multiplier=100.0,
    )
    model.build()
    [stitch] = model.stitches
    assert stitch.matrix().shape == (3, 3, 6)
    assert stitch.learning_rate_multiplier == 100.0


def test_dropout_may_differ_by_layer(features, path):
    model = CrossStitch(features, path, tower_units=(6, 4), dropout=(0.1, 0.3))
    assert [dropout.rate for dropout in model.dropouts] == [0.1, 0.3]
    with pytest.raises(ValueError, match="one per layer"):
        CrossStitch(features, path, tower_units=(6,), dropout=(0.1, 0.3))


def test_refuses_to_have_no_layer_to_stitch(features, path):
    with pytest.raises(ValueError, match="`tower_units` should not be empty"):
        CrossStitch(features, path, tower_units=())
