import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.losses import UncertaintyWeighting

# The losses of `squares`.
LOSSES = np.array([1.0, 9.0])


def forms():
    return [
        pytest.param(UncertaintyWeighting.gaussian(), LOSSES, id="gaussian"),
        pytest.param(
            UncertaintyWeighting.classification(), 2 * LOSSES, id="classes"
        ),
    ]


@pytest.mark.parametrize(("balancing", "variance"), forms())
def test_training_finds_the_variance_of_the_optimum(
    squares, balancing, variance
):
    model = squares(balancing, keras.optimizers.SGD(0.5))
    logs = model.fit_steps(80)
    np.testing.assert_allclose(np.exp(balancing.s), variance, rtol=1e-4)
    assert logs["b_variance"][-1] == pytest.approx(variance[1], rel=1e-4)


def test_objective_is_that_of_the_formula(squares):
    balancing = UncertaintyWeighting.gaussian()
    model = squares(balancing, weights={"b": 3.0})
    balancing.s.assign(np.log([2.0, 0.5]).astype("f4"))
    data = {"x": tf.zeros(1)}, {name: tf.zeros(1) for name in "ab"}
    expected = (1 / 4 + np.log(2) / 2) + 3 * (9 + np.log(0.5) / 2)
    assert float(model.joint_loss(*data).total) == pytest.approx(expected)
    # e^-s is 1/2 and 2; 1 / (2 sigma^2) half of it.
    assert {k: round(float(v), 4) for k, v in balancing.logs().items()} == {
        "a_s": 0.6931,
        "a_variance": 2.0,
        "a_half_precision": 0.25,
        "b_s": -0.6931,
        "b_variance": 0.5,
        "b_half_precision": 1.0,
    }


def test_a_task_without_rows_is_left_out_of_the_objective_and_its_s_rests(
    squares,
):
    balancing = UncertaintyWeighting.gaussian()
    model = squares(balancing)
    balancing.s.assign(np.log([2.0, 0.5]).astype("f4"))
    data = {"x": tf.zeros(1)}, {name: tf.zeros(1) for name in "ab"}
    with tf.GradientTape() as tape:
        loss = model.joint_loss(*data, weight={"b": tf.zeros(1)})
    assert float(loss.total) == pytest.approx(1 / 4 + np.log(2) / 2)
    # 1/2 - e^-s / 2 for a.
    gradient = tape.gradient(loss.total, balancing.s.value)
    np.testing.assert_allclose(gradient, [1 / 4, 0], rtol=1e-6)


def test_batches_without_rows_of_a_task_do_not_raise_its_precision(squares):
    balancing = UncertaintyWeighting.gaussian()
    model = squares(balancing, keras.optimizers.SGD(0.5))
    column = np.zeros(120, "f4")
    every_third = (np.arange(120) % 3 == 0).astype("f4")
    data = {"x": column}, {"a": column, "b": column}, {"b": every_third}
    model.fit(tf.data.Dataset.from_tensor_slices(data).batch(1), verbose=0)
    np.testing.assert_allclose(np.exp(balancing.s), LOSSES, rtol=1e-3)


def test_the_logged_loss_is_not_the_objective_that_falls_below_zero(squares):
    slopes = {"a": 0.01, "b": 0.03}  # losses 0.0001 and 0.0009
    model = squares(
        UncertaintyWeighting.gaussian(), keras.optimizers.SGD(0.5), slopes
    )
    logs = model.fit_steps(20)
    data = {"x": np.zeros(1)}, {name: np.zeros(1) for name in "ab"}
    loss = model.joint_loss(*data)
    assert float(loss.total) < -4
    assert logs["loss"] == pytest.approx([0.001], rel=1e-4)
    shown = model.evaluate(*data, verbose=0, return_dict=True)
    assert shown["loss"] == pytest.approx(0.001, rel=1e-4)
    assert not any("variance" in name for name in shown)


def test_weight_decay_leaves_s_alone_and_what_was_left_alone_before(squares):
    balancing = UncertaintyWeighting.gaussian()
    optimizer = keras.optimizers.SGD(0.1, weight_decay=0.5)
    model = squares(balancing, optimizer)
    balancing.s.assign(np.log(LOSSES).astype("f4"))  # no gradient there
    model.fit_steps(3)
    np.testing.assert_allclose(balancing.s, np.log(LOSSES), rtol=1e-6)
    assert optimizer._use_weight_decay(model.w)
    optimizer.exclude_from_weight_decay([model.w])
    model.compile(optimizer)
    assert not optimizer._use_weight_decay(model.w)
    assert not optimizer._use_weight_decay(balancing.s)


@pytest.mark.parametrize("factor", [0.0, -1.0, np.nan, np.inf])
def test_refuses_a_factor_that_is_not_positive_and_finite(factor):
    with pytest.raises(ValueError, match="`factor` should be positive"):
        UncertaintyWeighting(factor)


def test_refuses_a_loss_without_a_floor(features):
    tasks = [tfmtl.BinaryTask("click"), tfmtl.CountTask("visits")]
    with pytest.raises(ValueError, match=r"never negative.*CountTask.*visits"):
        tfmtl.models.SharedBottom(
            features, tasks, balancing=UncertaintyWeighting.gaussian()
        )
