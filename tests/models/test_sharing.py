import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models import MMoE
from tfmtl.models import OMoE
from tfmtl.models import SharedBottom
from tfmtl.models import SingleTask


def tensors(inputs):
    return {name: tf.constant(column) for name, column in inputs.items()}


def reached_by(model, inputs, task):
    """Returns the weights that a task's loss trains."""
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(inputs)[task])
    gradients = tape.gradient(loss, [v.value for v in variables])
    return {
        id(variable)
        for variable, gradient in zip(variables, gradients, strict=True)
        if gradient is not None
    }


def test_mmoe_computes_the_formula(features, path, rows):
    model = MMoE(features, path, expert_units=(6,), tower_units=(4,), seed=0)
    inputs = tensors(rows(5)[0])
    outputs = model(inputs)
    x = model.encoder(inputs)
    experts = np.stack(model.experts(x), axis=1)
    for step, task in enumerate(path):
        gate = model.mixtures[step].gate(x).numpy()
        mixed = np.einsum("be,beu->bu", gate, experts)
        score = model.heads[step](model.towers[step](tf.constant(mixed)))
        np.testing.assert_allclose(
            outputs[task.name], tf.sigmoid(score), rtol=1e-5
        )


def test_mmoe_gates_belong_to_one_task_and_experts_to_all(features, path, rows):
    model = MMoE(features, path, expert_units=(6,), tower_units=(4,))
    inputs = tensors(rows(5)[0])
    model(inputs)
    reached = reached_by(model, inputs, "cart")
    for step, mixture in enumerate(model.mixtures):
        weights = {id(w) for w in mixture.trainable_weights}
        assert (weights <= reached) == (step == 1)
    assert {id(w) for w in model.experts.trainable_weights} <= reached


def test_omoe_is_mmoe_with_tied_gates(features, path, rows):
    options = {"expert_units": (6,), "tower_units": (4,), "seed": 0}
    one, many = (kind(features, path, **options) for kind in (OMoE, MMoE))
    inputs = tensors(rows(5)[0])
    outputs = one(inputs)
    many(inputs)
    for mixture in many.mixtures:
        mixture.set_weights(one.mixtures[0].get_weights())
    for task, prediction in many(inputs).items():
        np.testing.assert_allclose(prediction, outputs[task], rtol=1e-6)
    assert len(one.mixtures) == 1


@pytest.mark.parametrize("kind", [MMoE, OMoE])
def test_gate_weights_are_those_that_mix(features, path, rows, kind):
    model = kind(features, path, num_experts=3, expert_units=(6,), seed=0)
    weights = model.gate_weights(rows(5)[0])  # of a model not built yet
    x = model.encoder(tensors(rows(5)[0]))
    assert list(weights) == model.task_names
    for step, gate in enumerate(weights.values()):
        mixture = model.mixtures[step if kind is MMoE else 0]
        np.testing.assert_allclose(gate, mixture.gate(x), rtol=1e-6)
        np.testing.assert_allclose(tf.reduce_sum(gate, 1), [1.0] * 5, rtol=1e-6)


def test_shared_bottom_shares_bottom_and_embedding_only(features, path, rows):
    model = SharedBottom(features, path, bottom_units=(8,), tower_units=(4,))
    inputs = tensors(rows(5)[0])
    model(inputs)
    shared = reached_by(model, inputs, "cart") & reached_by(
        model, inputs, "click"
    )
    expected = model.encoder.trainable_weights + model.bottom.trainable_weights
    assert shared == {id(weight) for weight in expected}


def test_single_task_shares_nothing(features, path, rows):
    model = SingleTask(features, path, tower_units=(4,))
    inputs = tensors(rows(5)[0])
    model(inputs)
    one, other = (reached_by(model, inputs, t) for t in ("cart", "click"))
    assert not one & other


def test_parts_of_equal_shape_start_different_under_one_seed(features, path):
    model = SingleTask(features, path, tower_units=(11, 11), seed=1)
    model.build()
    kernels = [
        weight.numpy()
        for tower in model.towers
        for weight in tower.weights
        if weight.shape == (11, 11)
    ]
    kernels += [encoder.weights[0].numpy() for encoder in model.encoders]
    for number, kernel in enumerate(kernels):
        for other in kernels[:number]:
            assert kernel.shape != other.shape or not np.allclose(kernel, other)
