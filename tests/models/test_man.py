import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.models import MAN


@pytest.fixture
def make(features, path):
    def maker(tasks=path, **options):
        options = {"expert_units": (8, 4), "tower_units": (4,), **options}
        return MAN(features, tasks, seed=0, **options)

    return maker


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(6)[0].items()}


def averaging(model):
    """Builds the model; attention gives the mean of what it looks at."""
    model.build()
    for layer in model.attentions.values():
        zeros, eye = np.zeros((4, 4)), np.eye(4)
        none = np.zeros(4)
        layer.set_weights([zeros, none, zeros, none, eye, none])
    return model


def assert_ends_in(model, inputs, states):
    """Compares the predictions with those of these states."""
    ends = [
        tower(state) for tower, state in zip(model.towers, states, strict=True)
    ]
    expected = model.predictions(model.scores(ends))
    outputs = model(inputs)
    assert list(outputs) == list(expected)
    for task, prediction in expected.items():
        np.testing.assert_allclose(outputs[task], prediction, rtol=1e-5)


def test_a_task_looks_at_the_one_before_it(make, inputs):
    model = averaging(make())
    g = model.levels[0](model.encoder(inputs))
    # What the task before has looked at is not handed on.
    states = [g[0], (g[1] + g[0]) / 2, (g[2] + g[1]) / 2]
    assert_ends_in(model, inputs, states)


def test_in_both_directions_it_looks_at_the_next_one_too(make, inputs):
    model = averaging(make(both_directions=True))
    g = model.levels[0](model.encoder(inputs))
    states = [(g[0] + g[1]) / 2, sum(g) / 3, (g[2] + g[1]) / 2]
    assert_ends_in(model, inputs, states)


def test_without_attention_it_is_cgc(make, inputs):
    model = make(attention=False)
    model.build()
    assert model.attentions == {}
    assert model.attention_weights(inputs) == {}
    assert_ends_in(model, inputs, model.levels[0](model.encoder(inputs)))


def test_the_last_expert_layers_are_mixed_as_cgc_does(make, features, inputs):
    model = make(attention=False, tasks=[tfmtl.BinaryTask("click")])
    model.build()
    x = model.encoder(inputs)
    experts = model.levels[0].experts(x)
    gate = model.gate_weights(inputs)["click"]
    assert gate.shape == (6, 8)  # four of its own and four shared ones
    np.testing.assert_allclose(
        model.levels[0](x)[0],
        tf.einsum("be,ebu->bu", gate, tf.stack(experts)),
        rtol=1e-5,
    )


def test_attention_weights_are_those_of_the_layers(make, inputs):
    model = make(both_directions=True, cross=True)
    weights = model.attention_weights(inputs)
    shapes = {name: tuple(each.shape) for name, each in weights.items()}
    assert shapes == {"click": (6, 2), "cart": (6, 3), "purchase": (6, 2)}
    g = model.levels[0](model.encoder(inputs))
    expected = model.attentions["purchase"].attention(
        tf.stack([g[2], g[1]], axis=1)
    )
    np.testing.assert_allclose(weights["purchase"], expected, rtol=1e-6)
    assert all(layer.cross for layer in model.attentions.values())


def test_forward_the_first_task_looks_at_none(make, inputs):
    assert list(make().attention_weights(inputs)) == ["cart", "purchase"]


def test_sizes_are_those_of_the_paper(features, path):
    model = MAN(features, path)
    assert (model.num_shared, model.num_specific) == (4, 4)
    assert model.expert_units == (256, 128)
    assert model.tower_units == (128, 16, 32)


def test_losses_are_balanced_by_uncertainty(make, rows):
    model = make()
    assert model.balancing.factor == 0.5
    # At the start: half the losses, as log sigma is 0.
    loss = model.joint_loss(*rows(8))
    assert float(loss.total) == pytest.approx(
        sum(map(float, loss.tasks.values())) / 2, rel=1e-5
    )
    fixed = make(balancing=tfmtl.losses.FixedWeights())
    assert isinstance(fixed.balancing, tfmtl.losses.FixedWeights)


def test_the_bottom_is_embedding_and_experts(make):
    model = make()
    model.build()
    bottom = {w.path for part in model.bottom_layers for w in part.weights}
    rest = [w for w in model.trainable_weights if w.path not in bottom]
    top = [*model.attentions.values(), *model.towers, *model.heads]
    expected = [w for part in top for w in part.weights] + [model.balancing.s]
    assert {id(w) for w in rest} == {id(w) for w in expected}
