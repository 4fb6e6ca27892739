import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models import MNCM


@pytest.fixture
def make(features, path):
    def maker(tasks=path, **options):
        options = {"expert_units": (8, 4), "tower_units": (4,), **options}
        return MNCM(features, tasks, seed=0, **options)

    return maker


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(6)[0].items()}


def halving(model):
    """Builds the model; transfers give the mean, what is handed on stays."""
    model.build()
    for transfer in model.transfers + model.expert_transfers:
        transfer.query.assign(tf.zeros_like(transfer.query))
        transfer.value.assign(tf.zeros_like(transfer.value) + tf.eye(4))
    for info in model.expert_infos:
        info.kernels[0].assign(tf.zeros_like(info.kernels[0]) + tf.eye(4))
    for info in model.infos:
        info.set_weights([np.eye(4), np.zeros(4)])
    return model


def mixed(model, x, step, own):
    """Returns the gated mixture of own experts and the shared ones."""
    shared = model.experts(x)[:, 6:]
    return model.mixtures[step](x, tf.concat([own, shared], axis=1))


def predictions(model, states):
    return model.predictions(model.scores(states))


def assert_equal(actual, expected):
    for task, prediction in expected.items():
        np.testing.assert_allclose(actual[task], prediction, rtol=1e-5)


def test_experts_hand_on_by_pairs(make, inputs):
    model = halving(make(titm=False))
    x = model.encoder(inputs)
    own = [model.experts(x)[:, start : start + 2] for start in (0, 2, 4)]
    # Experts are not negative, so that the activation changes nothing.
    own[1] = own[1] / 2 + own[0] / 2
    own[2] = own[2] / 2 + own[1] / 2
    states = [
        tower(mixed(model, x, step, own[step]))
        for step, tower in enumerate(model.towers)
    ]
    assert_equal(model(inputs), predictions(model, states))


def test_towers_hand_on_along_the_path(make, inputs):
    model = halving(make(eitm=False))
    x = model.encoder(inputs)
    states = [
        tower(mixed(model, x, step, model.experts(x)[:, 2 * step :][:, :2]))
        for step, tower in enumerate(model.towers)
    ]
    states[1] = states[1] / 2 + states[0] / 2
    states[2] = states[2] / 2 + states[1] / 2
    assert_equal(model(inputs), predictions(model, states))


def test_a_transfer_that_is_off_is_not_made(make):
    assert make(eitm=False).expert_transfers == []
    assert make(eitm=False).expert_infos == []
    assert make(titm=False).transfers == []
    assert make(titm=False).infos == []


def test_the_first_task_depends_on_no_transfer(make, inputs):
    model = make()
    before = model(inputs)
    for parts in (
        model.transfers,
        model.infos,
        model.expert_transfers,
        model.expert_infos,
    ):
        for part in parts:
            for weight in part.weights:
                weight.assign_add(tf.ones_like(weight))
    after = model(inputs)
    np.testing.assert_array_equal(after["click"], before["click"])
    for task in ("cart", "purchase"):
        assert np.all(after[task] != before[task])


def gradients(model, inputs, task):
    """Returns what a task's output says to first tower and all experts."""
    tower = model.towers[0].trainable_weights[0]
    experts = model.experts.kernels[0]
    with tf.GradientTape() as tape:
        output = tf.reduce_sum(model(inputs)[task])
    return tape.gradient(output, [tower.value, experts.value])


def test_later_tasks_train_the_ones_before(make, inputs):
    tower, experts = gradients(halving(make()), inputs, "cart")
    assert np.any(tower != 0)
    assert np.any(experts[:2] != 0)


def test_with_stop_gradient_they_do_not(make, inputs):
    model = halving(make(stop_gradient=True))
    tower, experts = gradients(model, inputs, "cart")
    assert tower is None
    assert not np.any(experts[:2])
    assert np.any(experts[2:4] != 0)
    assert np.any(experts[6:] != 0)


def test_weights_of_gates_and_transfers_can_be_seen(make, inputs):
    model = halving(make())
    gates = model.gate_weights(inputs)
    assert list(gates) == model.task_names
    for gate in gates.values():
        np.testing.assert_allclose(tf.reduce_sum(gate, 1), [1.0] * 6, rtol=1e-6)
        assert gate.shape == (6, 4)
    # Queries of 0 weigh both alike.
    weights = model.attention_weights(inputs)
    halves = {name: np.full(w.shape, 0.5) for name, w in weights.items()}
    shapes = {name: w.shape for name, w in halves.items()}
    assert shapes == {
        "cart": (6, 2),
        "purchase": (6, 2),
        "cart_experts": (6, 2, 2),
        "purchase_experts": (6, 2, 2),
    }
    assert_equal(weights, halves)


def test_calibrator_is_off_by_default(make):
    predictions = {
        name: tf.constant([[value]])
        for name, value in (("click", 0.1), ("cart", 0.5), ("purchase", 0.2))
    }
    assert make().auxiliary_loss({}, predictions) == 0
    loss = make(calibrator_weight=0.5).auxiliary_loss({}, predictions)
    assert float(loss) == pytest.approx(0.5 * 0.4)


def test_passing_nothing_is_refused(make):
    with pytest.raises(ValueError, match="use CGC.*eitm=False, titm=False"):
        make(eitm=False, titm=False)


@pytest.mark.parametrize("name", ["num_shared", "num_specific"])
def test_refuses_sizes_that_are_not_positive(make, name):
    with pytest.raises(ValueError, match=f"Received: {name}=0"):
        make(**{name: 0})
