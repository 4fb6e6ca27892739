import numpy as np
import pytest
import tensorflow as tf

from tfmtl import BinaryTask
from tfmtl import CountTask
from tfmtl.models import ESM2

CLICK, CART = BinaryTask("click"), BinaryTask("cart", parent="click")
BUY = BinaryTask("buy", parent="click")
# Of the scores below: P(click), P(cart | click), P(buy | cart), P(buy | no).
STEPS = (1 / 2, 3 / 4, 1 / 5, 1 / 2)


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(4)[0].items()}


@pytest.fixture
def model(features):
    """A model whose towers score the steps above for every row."""
    model = ESM2(features, [CLICK, CART, BUY], tower_units=(4,), seed=0)
    model.build()
    for head, step in zip([*model.heads, model.other_head], STEPS, strict=True):
        head.kernel.assign(tf.zeros_like(head.kernel))
        head.bias.assign([np.log(step / (1 - step))])
    return model


def test_buys_with_and_without_the_action_add_up(model, inputs):
    outputs = model(inputs)
    expected = {
        "click": 1 / 2,
        "cart": 3 / 8,
        # 1/2 * (3/4 * 1/5 + 1/4 * 1/2)
        "buy": 0.1375,
        "cart_given_click": 3 / 4,
        "buy_given_click": 0.275,
        "buy_given_cart": 1 / 5,
        "buy_given_no_cart": 1 / 2,
    }
    assert sorted(outputs) == sorted(expected)
    for name, probability in expected.items():
        np.testing.assert_allclose(
            outputs[name], [[probability]] * 4, rtol=1e-5
        )


def test_the_loss_counts_all_rows_for_every_task(model, inputs):
    labels = {
        "click": np.array([1, 1, 1, 0], "f4"),
        "cart": np.array([1, 1, 0, 0], "f4"),
        "buy": np.array([1, 0, 1, 0], "f4"),  # the third without a cart
    }
    model.compile("sgd")
    logs = model.evaluate(inputs, labels, verbose=0, return_dict=True)
    losses = {
        "click": -np.log([1 / 2, 1 / 2, 1 / 2, 1 / 2]).mean(),
        "cart": -np.log([3 / 8, 3 / 8, 5 / 8, 5 / 8]).mean(),
        "buy": -np.log([0.1375, 0.8625, 0.1375, 0.8625]).mean(),
    }
    for name, loss in losses.items():
        assert logs[f"{name}_loss"] == pytest.approx(loss, rel=1e-5)
    assert logs["loss"] == pytest.approx(sum(losses.values()), rel=1e-5)


def test_a_row_without_purchase_trains_all_four_towers(model, inputs):
    heads = [*model.heads, model.other_head]
    with tf.GradientTape() as tape:
        prediction = model(inputs)["buy"]
        labels = tf.zeros_like(prediction)
        loss = tf.reduce_mean(BUY.loss(labels, prediction))
    gradients = tape.gradient(loss, [head.bias.value for head in heads])
    c, a, b, o = STEPS
    # loss = -log(1 - P) with P = c * (a * b + (1 - a) * o); each derivative
    # is dP / (1 - P), and that of a step by its score is step * (1 - step).
    expected = np.array(
        [
            c * (1 - c) * (a * b + (1 - a) * o),
            c * a * (1 - a) * (b - o),
            c * a * b * (1 - b),
            c * (1 - a) * o * (1 - o),
        ]
    ) / (1 - 0.1375)
    np.testing.assert_allclose(np.ravel(gradients), expected, rtol=1e-4)


def test_the_four_towers_start_different(features, inputs):
    model = ESM2(features, [CLICK, CART, BUY], tower_units=(4,), seed=0)
    model.build()
    kernels = [t.get_weights()[0] for t in [*model.towers, model.other_tower]]
    for number, kernel in enumerate(kernels):
        for other in kernels[:number]:
            assert not np.allclose(kernel, other)


@pytest.mark.parametrize("parent", ["click", "cart"])
def test_a_purchase_may_follow_the_click_or_the_action(features, parent):
    tasks = [CLICK, CART, BinaryTask("buy", parent=parent)]
    assert ESM2(features, tasks).task_names == ["click", "cart", "buy"]


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([CLICK, BUY], r"use ESMM.*tasks=\['click', 'buy'\]"),
        ([CLICK], r"three tasks.*tasks=\['click'\]"),
        (
            [CLICK, CART, BUY, BinaryTask("again", parent="buy")],
            r"three tasks.*'again'\]",
        ),
        ([CLICK, BinaryTask("cart"), BUY], "set parent='click' on 'cart'"),
        ([CLICK, CART, BinaryTask("buy")], "set parent='cart' on 'buy'"),
        (
            [CLICK, CART, CountTask("buys", parent="click")],
            "make 'buys' a BinaryTask",
        ),
    ],
)
def test_refuses_to_be_made_without_click_action_and_purchase(
    features, tasks, message
):
    with pytest.raises(ValueError, match=message):
        ESM2(features, tasks)
