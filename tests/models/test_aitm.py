import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.models import AITM


@pytest.fixture
def make(features, path):
    def maker(**options):
        options = {"tower_units": (8, 4), "seed": 0, **options}
        return AITM(features, path, **options)

    return maker


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(8)[0].items()}


def test_computes_the_formula(make, inputs):
    model = make()
    model.build()
    for transfer in model.transfers:
        transfer.value.assign(tf.eye(4))
    outputs = model(inputs)
    x = model.encoder(inputs)
    state = model.towers[0](x)
    for step, task in ((1, "cart"), (2, "purchase")):
        handed_on = model.infos[step - 1](state)
        state = model.transfers[0](model.towers[step](x), handed_on)
        expected = tf.sigmoid(model.heads[step](state))
        np.testing.assert_allclose(outputs[task], expected, rtol=1e-5)


def test_attention_weights_are_those_of_the_transfers(make, inputs):
    model = make(share_attention=False)
    model.build()
    for transfer in model.transfers:
        transfer.query.assign(100 * tf.eye(4))
    weights = model.attention_weights(inputs)
    assert list(weights) == ["cart", "purchase"]
    x = model.encoder(inputs)
    own, before = model.towers[1](x), model.infos[0](model.towers[0](x))
    expected = model.transfers[0].attention(own, before)
    np.testing.assert_allclose(weights["cart"], expected, rtol=1e-5)
    assert np.any(np.abs(weights["cart"] - 0.5) > 0.01)


def test_shares_attention_unless_told_not_to(make):
    assert len(make().transfers) == 1
    assert len(make(share_attention=False).transfers) == 2


def test_a_later_task_trains_the_tower_before_it(make, inputs):
    model = make()
    model.build()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(inputs)["cart"])
    gradient = tape.gradient(loss, model.towers[0].trainable_weights[0].value)
    assert np.any(gradient != 0)


def test_calibrator_is_averaged_over_the_batch(make):
    predictions = {
        "click": tf.constant([[0.1], [0.9], [0.5], [0.5]]),
        "cart": tf.constant([[0.5], [0.2], [0.5], [0.4]]),
        "purchase": tf.constant([[0.2], [0.4], [0.5], [0.3]]),
    }
    loss = make().auxiliary_loss({}, predictions)
    # Excesses by row: 0.4, 0.2, 0, 0. Their mean is 0.15.
    assert float(loss) == pytest.approx(0.6 * 0.15)


def test_calibrator_enters_the_loss(make, rows):
    losses = {}
    for weight in (0.0, 10.0):
        model = make(calibrator_weight=weight, l2=0.0)
        model.compile(keras.optimizers.SGD())
        inputs, labels = rows(32)
        logs = model.evaluate(inputs, labels, verbose=0, return_dict=True)
        losses[weight] = logs["loss"]
        outputs = model.predict(inputs, verbose=0)
    path = [outputs[name] for name in model.task_names]
    violation = float(tfmtl.losses.order_violation(path))
    assert violation > 0
    assert losses[10.0] - losses[0.0] == pytest.approx(10 * violation, rel=1e-3)


@pytest.mark.parametrize("weight", [-1.0, float("nan")])
def test_a_calibrator_that_would_disorder_is_refused(make, weight):
    with pytest.raises(ValueError, match=f"calibrator_weight={weight}"):
        make(calibrator_weight=weight)


def test_l2_is_half_the_sum_of_squares(make, inputs):
    model = make(l2=0.5)
    model(inputs, training=True)
    attention = sum(
        np.sum(np.square(kernel)) for kernel in model.transfers[0].get_weights()
    )
    user, item = (np.unique(inputs[name]) for name in ("user", "item"))
    wide, narrow = (e.table.numpy() for e in model.encoder.embeddings)
    rows = np.sum(np.square(wide[user])) + np.sum(np.square(wide[50 + item]))
    rows += np.sum(np.square(narrow[np.unique(inputs["hour"])]))
    total = float(sum(model.losses))
    assert total == pytest.approx(0.5 / 2 * (attention + rows), rel=1e-5)


def test_l2_of_embeddings_is_of_training_only(make, inputs):
    model = make(l2=0.5)
    model(inputs)
    assert len(model.losses) == 3  # query, key and value


def test_takes_a_linear_transfer(make):
    model = make(info_activation=None)
    model.build()
    assert np.any(model.infos[0](-tf.ones((4, 4))).numpy() < 0)


def test_preset_of_the_paper(features, path):
    model = AITM.paper(features, path)
    assert model.tower_units == (128, 64, 32)
    assert model.dropout == (0.1, 0.3, 0.3)
    assert model.calibrator_weight == 0.6
    assert model.l2 == 1e-6
