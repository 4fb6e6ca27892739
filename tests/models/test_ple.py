import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models import CGC
from tfmtl.models import PLE

OPTIONS = {"expert_units": (8, 4), "tower_units": (4,), "seed": 0}


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(6)[0].items()}


def count(model):
    """Returns the number of weights of each level."""
    model.build()
    return [level.count_params() for level in model.levels]


def test_computes_the_formula(features, path, inputs):
    model = PLE(features, path, **OPTIONS)
    outputs = model(inputs)
    first, second = model.levels
    x = model.encoder(inputs)
    streams = second(first([x, x, x, x]))
    for step, task in enumerate(path):
        score = model.heads[step](model.towers[step](streams[step]))
        expected = tf.sigmoid(score)
        np.testing.assert_allclose(outputs[task.name], expected, rtol=1e-5)


def test_of_one_level_is_cgc(features, path, inputs):
    one = PLE(features, path, num_levels=1, **OPTIONS)
    other = CGC(features, path, **OPTIONS)
    outputs = other(inputs)
    for task, prediction in one(inputs).items():
        np.testing.assert_array_equal(prediction, outputs[task])


def test_full_levels_have_experts_of_all_layers(features, path):
    # x is 11 wide. Level 1: 8 experts of 11*8 + 8 + 8*4 + 4 weights, three
    # gates of 11*4 + 4 and one of 11*8 + 8. Level 2: 8 experts of 4*8 + 8 +
    # 8*4 + 4 and three gates of 4*4 + 4.
    levels = count(PLE(features, path, **OPTIONS))
    assert levels == [8 * 132 + 3 * 48 + 96, 8 * 76 + 3 * 20]


def test_split_levels_have_a_layer_each(features, path):
    # Level 1: 8 experts of 11*8 + 8. Level 2: 8 experts of 8*4 + 4 and three
    # gates of 8*4 + 4.
    levels = count(PLE(features, path, split_levels=True, **OPTIONS))
    assert levels == [8 * 96 + 3 * 48 + 96, 8 * 36 + 3 * 36]


def heard_by(model, inputs, expert):
    """Returns the tasks that notice a change of an expert of level 1."""
    before = model(inputs)
    bias = model.levels[0].experts.biases[-1]
    move = np.zeros(bias.shape, np.float32)
    move[expert] = 1.0
    bias.assign_add(move)
    after = model(inputs)
    return {task for task in before if np.any(before[task] != after[task])}


def test_experts_of_a_task_reach_the_others_through_levels_only(
    features, path, inputs
):
    options = {"num_shared": 1, "num_specific": 1, **OPTIONS}
    everyone = {task.name for task in path}
    cgc, ple = (kind(features, path, **options) for kind in (CGC, PLE))
    assert heard_by(cgc, inputs, 1) == {"cart"}
    assert heard_by(cgc, inputs, 3) == everyone
    assert heard_by(ple, inputs, 1) == everyone


def test_gate_weights_are_of_the_last_level_own_experts_first(
    features, path, inputs
):
    model = PLE(features, path, num_shared=1, **OPTIONS)
    model.build()
    gate = model.levels[-1].mixtures[1]
    kernel, _ = gate.get_weights()
    gate.set_weights([0 * kernel, np.log([1.0, 2.0, 5.0])])
    weights = model.gate_weights(inputs)
    assert list(weights) == model.task_names
    np.testing.assert_allclose(
        weights["cart"], [[0.125, 0.25, 0.625]] * 6, rtol=1e-6
    )


@pytest.mark.parametrize("kind", [CGC, PLE])
def test_takes_one_task(features, path, inputs, kind):
    model = kind(features, path[:1], **OPTIONS)
    assert model(inputs)["click"].shape == (6, 1)
    assert model.gate_weights(inputs)["click"].shape == (6, 4)


def test_parts_start_different_under_one_seed(features, path):
    model = PLE(features, path, expert_units=(11,), seed=0)
    model.build()
    first, second = (level.experts.kernels[0] for level in model.levels)
    assert not np.allclose(first, second)


def test_refuses_levels_that_cannot_share_the_layers(features, path):
    with pytest.raises(ValueError, match="one width.*num_levels=3"):
        PLE(features, path, num_levels=3, split_levels=True)


@pytest.mark.parametrize("name", ["num_shared", "num_specific", "num_levels"])
def test_refuses_sizes_that_are_not_positive(features, path, name):
    with pytest.raises(ValueError, match=f"Received: {name}=0"):
        PLE(features, path, **{name: 0})
