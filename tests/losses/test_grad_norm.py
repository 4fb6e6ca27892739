import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.losses import GradNorm

# The gradients of the losses of `squares`, 2 * slope ** 2.
NORMS = np.array([2.0, 18.0])


def first_pull(model, inputs, labels, weight=None):
    """Returns the first gradient of the weights: plus or minus the norm."""
    with tf.GradientTape(persistent=True) as tape:
        loss = model.joint_loss(inputs, labels, weight)
    gradients = model.balancing.gradients(model, tape, loss, tf.ones(()))
    [pull] = [
        gradient
        for gradient, variable in zip(
            gradients, model.trainable_variables, strict=True
        )
        if variable is model.balancing.loss_weights
    ]
    return pull


def test_weights_become_inverse_to_the_norms_and_add_up_to_the_tasks(squares):
    balancing = GradNorm(alpha=0.0)
    logs = squares(balancing).fit_steps(150)
    # w_a * 2 = w_b * 18 and w_a + w_b = 2.
    np.testing.assert_allclose(balancing.loss_weights, [1.8, 0.2], atol=0.02)
    assert np.sum(balancing.loss_weights) == pytest.approx(2.0)
    assert logs["a_weight"] == pytest.approx([1.8], abs=0.02)


def test_a_task_that_lags_behind_gets_the_larger_norm(squares):
    balancing = GradNorm(alpha=1.0)
    model = squares(balancing)
    # The losses are 1 and 9: a has halved its own, b has not moved, and half
    # as far again. Their rates are 1/2 and 3/2 of the mean.
    balancing.first_losses.assign([2.0, 6.0])
    model.fit_steps(150)
    # w_a * 2 : w_b * 18 is as 1/2 : 3/2, and w_a + w_b = 2.
    np.testing.assert_allclose(balancing.loss_weights, [1.5, 0.5], atol=0.02)


def test_notes_the_first_loss_that_there_is(squares):
    balancing = GradNorm()
    squares(balancing)
    for losses in ([0.0, np.nan], [3.0, 4.0], [5.0, 6.0]):
        balancing._first(tf.constant(losses))
    np.testing.assert_array_equal(balancing.first_losses, [3, 4])


def test_objective_weighs_the_losses_and_logs_do_not(squares):
    balancing = GradNorm()
    model = squares(balancing)
    balancing.loss_weights.assign([0.5, 1.5])
    loss = model.joint_loss(
        {"x": tf.zeros(1)}, {name: tf.zeros(1) for name in "ab"}
    )
    assert float(loss.total) == pytest.approx(0.5 * 1 + 1.5 * 9)
    assert float(loss.shown) == pytest.approx(1 + 9)


def test_moves_by_the_norm_away_from_the_mean(squares):
    model = squares(GradNorm())
    labels = {name: tf.zeros(1) for name in "ab"}
    pull = first_pull(model, {"x": tf.zeros(1)}, labels)
    np.testing.assert_allclose(pull, [-2, 18], rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 2.0])
def test_a_task_without_rows_counts_in_no_mean(squares, alpha):
    slopes = {"a": 1.0, "b": 1.5**0.5, "c": 1.0}
    model = squares(GradNorm(alpha), slopes=slopes)
    labels = {name: tf.zeros(1) for name in "abc"}
    weight = {"c": tf.zeros(1)}
    pull = first_pull(model, {"x": tf.zeros(1)}, labels, weight)
    # The norms are 2 and 3, on either side of the mean of these two.
    np.testing.assert_allclose(pull, [-2, 3, 0], rtol=1e-6)


def test_tables_are_compared_at_what_is_looked_up():
    class Lookup(tfmtl.models.MultiTaskModel):
        """Predicts an embedding of width 1, and twice the same."""

        def __init__(self, **kwargs):
            feature = tfmtl.CategoricalFeature("id", 5, embedding_dim=1)
            tasks = [tfmtl.RegressionTask(name) for name in "ab"]
            super().__init__([feature], tasks, **kwargs)
            self.embedding = tfmtl.layers.FeatureEmbedding([feature], "ones")

        def call(self, features, labels=None, training=False):
            column = self.embedding(features)[:, 0]
            return self.predictions([column, 2 * column])

        def last_shared_weights(self):
            return self.embedding.trainable_variables

    model = Lookup(balancing=GradNorm())
    model.compile("sgd")
    inputs = {"id": tf.constant([3, 3, 1, 0])}
    pull = first_pull(model, inputs, {name: tf.zeros(4) for name in "ab"})
    # At each of the four outputs 2 / 4 and 8 / 4; row 3 is not added up.
    np.testing.assert_allclose(pull, [-1, 4], rtol=1e-6)


@pytest.mark.parametrize("alpha", [-0.1, np.nan, np.inf])
def test_refuses_an_alpha_that_is_negative_or_not_finite(alpha):
    with pytest.raises(ValueError, match="`alpha` should be finite"):
        GradNorm(alpha)


def test_refuses_a_model_that_shares_nothing(features, path):
    model = tfmtl.models.SingleTask(features, path, balancing=GradNorm())
    with pytest.raises(ValueError, match="last weights.*SingleTask"):
        model.compile("sgd")


def test_refuses_weights_of_tasks(squares):
    with pytest.raises(ValueError, match="GradNorm finds.*weight=2.0"):
        squares(GradNorm(), weights={"b": 2.0})


def test_refuses_a_loss_without_a_floor_unless_it_looks_at_norms_only(features):
    tasks = [tfmtl.BinaryTask("click"), tfmtl.CountTask("visits")]
    with pytest.raises(ValueError, match=r"alpha=1.5.*never negative"):
        tfmtl.models.SharedBottom(features, tasks, balancing=GradNorm())
    tfmtl.models.SharedBottom(features, tasks, balancing=GradNorm(0.0))


def test_refuses_shared_weights_that_a_task_does_not_depend_on(squares):
    model = squares(GradNorm())
    other = keras.Variable(1.0)
    model.last_shared_weights = lambda: [other]
    with pytest.raises(ValueError, match="task 'a' does not depend"):
        model.fit_steps(1)
