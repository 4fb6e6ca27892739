import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models import ESMM


@pytest.fixture
def model(features, path):
    model = ESMM(features, path, tower_units=(4,), seed=0)
    model.build()
    return model


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(8)[0].items()}


def scored(model, *scores):
    """Fixes the scores of the towers, the same for every row."""
    for head, score in zip(model.heads, scores, strict=True):
        head.kernel.assign(tf.zeros_like(head.kernel))
        head.bias.assign([score])
    return model


def test_multiplies_probabilities_not_scores(model, inputs):
    outputs = scored(model, np.log(1.0), np.log(3.0), np.log(1 / 4))(inputs)
    # Steps 1/2, 3/4 and 1/5.
    np.testing.assert_allclose(outputs["click"], [[1 / 2]] * 8, rtol=1e-6)
    np.testing.assert_allclose(outputs["cart"], [[3 / 8]] * 8, rtol=1e-6)
    np.testing.assert_allclose(outputs["purchase"], [[3 / 40]] * 8, rtol=1e-6)


def test_gives_the_conditional_probabilities_too(model, inputs):
    outputs = scored(model, np.log(1.0), np.log(3.0), np.log(1 / 4))(inputs)
    np.testing.assert_allclose(outputs["cart_given_click"], [[0.75]] * 8)
    np.testing.assert_allclose(
        outputs["purchase_given_cart"], [[0.2]] * 8, rtol=1e-6
    )


def test_probabilities_fall_along_the_path(model, inputs):
    outputs = model(inputs)
    for before, after in (("click", "cart"), ("cart", "purchase")):
        assert np.all(outputs[before] >= outputs[after])
    assert np.all(outputs["click"] <= 1)


def loss_and_gradients(model, inputs, label, name):
    tasks = {task.name: task for task in model.tasks}
    biases = [head.bias.value for head in model.heads]
    with tf.GradientTape() as tape:
        prediction = model(inputs)[name]
        labels = tf.fill(prediction.shape, label)
        loss = tf.reduce_mean(tasks[name].loss(labels, prediction))
    return float(loss), [float(g[0]) for g in tape.gradient(loss, biases[:2])]


def test_rows_without_click_train_the_second_step(model, inputs):
    scored(model, 0.0, 0.0, 0.0)
    loss, gradients = loss_and_gradients(model, inputs, 0.0, "cart")
    # P = 1/4: loss -log(3/4); d/dl_1 = P * (1 - c_1) / (1 - P) = 1/6.
    assert loss == pytest.approx(-np.log(0.75), rel=1e-5)
    np.testing.assert_allclose(gradients, [1 / 6, 1 / 6], rtol=1e-5)


def test_a_positive_row_trains_each_step_by_its_own_doubt(model, inputs):
    scored(model, 0.0, np.log(3.0), 0.0)
    loss, gradients = loss_and_gradients(model, inputs, 1.0, "cart")
    # loss = -log c_0 - log c_1; its gradient is -(1 - c_s).
    assert loss == pytest.approx(-np.log(3 / 8), rel=1e-5)
    np.testing.assert_allclose(gradients, [-1 / 2, -1 / 4], rtol=1e-5)


@pytest.mark.parametrize(
    ("scores", "label", "expected_loss", "expected_gradients"),
    [
        # Both sure of a negative row: P = 1 - 2 e^-50, loss 50 - log 2.
        ((50.0, 50.0), 0.0, 50 - np.log(2), (0.5, 0.5)),
        # Sure to fail on a positive row: loss 80 + 80.
        ((-80.0, -80.0), 1.0, 160.0, (-1.0, -1.0)),
        # One step sure, the other not: P = 1/2.
        ((90.0, 0.0), 0.0, np.log(2), (0.0, 0.5)),
        ((200.0, 200.0), 1.0, 0.0, (0.0, 0.0)),
    ],
)
def test_is_stable_at_extreme_scores(
    model, inputs, scores, label, expected_loss, expected_gradients
):
    scored(model, *scores, 0.0)
    loss, gradients = loss_and_gradients(model, inputs, label, "cart")
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    np.testing.assert_allclose(gradients, expected_gradients, atol=1e-5)


def test_equals_the_formula_in_logarithms(model, inputs):
    scores = np.array([0.3, -1.2, 2.0])
    outputs = scored(model, *scores)(inputs)
    log_p = np.cumsum(-np.log1p(np.exp(-scores)))
    expected = log_p - np.log(-np.expm1(log_p))  # the logit of each product
    actual = [float(outputs[name][0, 0]) for name in model.task_names]
    np.testing.assert_allclose(actual, 1 / (1 + np.exp(-expected)), rtol=1e-5)


def test_sums_the_fields_on_demand(features, path, inputs):
    wide = ESMM(features, path, tower_units=(4,))
    narrow = ESMM(features, path, tower_units=(4,), sum_fields=True)
    # Widths 4 + 4 + 2 + a number against 4 + 2 + a number.
    for model, width in ((wide, 11), (narrow, 7)):
        assert model.encoder(inputs).shape == (8, width)
