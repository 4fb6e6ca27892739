import numpy as np
import pytest
import tensorflow as tf

from tfmtl.layers import HybridCritics

INPUTS = tf.constant([[1.0, 2.0]])
STATE = tf.constant([[1.0, -1.0]])


def critics(gate_scores, scores, **options):
    """Returns a layer with fixed scores of the gate and of the critics."""
    layer = HybridCritics(len(scores), **options)
    layer(INPUTS, STATE)
    for part, values in ((layer._scores_of_gate, gate_scores),) + (
        (layer._critics, scores),
    ):
        part.kernel.assign(tf.zeros_like(part.kernel))
        part.bias.assign(values)
    return layer


def test_mixes_probabilities_by_the_gate():
    # Gate 1/4 and 3/4; critics say 1/2 and 1/5: p = 1/8 + 3/20 = 11/40.
    layer = critics([0.0, np.log(3.0)], [0.0, np.log(1 / 4)])
    np.testing.assert_allclose(layer.gate(INPUTS), [[1 / 4, 3 / 4]], rtol=1e-6)
    np.testing.assert_allclose(
        tf.sigmoid(layer(INPUTS, STATE)), [[11 / 40]], rtol=1e-6
    )


def test_scale_divides_the_probability_by_the_number_of_critics():
    layer = critics([0.0, np.log(3.0)], [0.0, np.log(1 / 4)], scale=True)
    np.testing.assert_allclose(
        tf.sigmoid(layer(INPUTS, STATE)), [[11 / 80]], rtol=1e-6
    )


def test_one_critic_is_a_dense_layer():
    for scale in (False, True):
        layer = HybridCritics(1, scale=scale)
        layer(INPUTS, STATE)
        layer._critics.kernel.assign([[0.5], [0.25]])
        layer._critics.bias.assign([2.0])
        np.testing.assert_allclose(layer(INPUTS, STATE), [[2.25]], rtol=1e-6)


@pytest.mark.parametrize(
    ("scores", "label", "loss"),
    [
        # p = 1/2 e^-90 + 1/2 e^-80: the loss is 80 + log 2 - log(1 + e^-10).
        ((-90.0, -80.0), 1.0, 80 + np.log(2) - np.log1p(np.exp(-10))),
        ((90.0, 90.0), 0.0, 90.0),
        ((90.0, 90.0), 1.0, 0.0),
        ((200.0, -200.0), 1.0, np.log(2)),
    ],
)
def test_loss_and_gradient_are_finite_at_extreme_scores(scores, label, loss):
    layer = critics([0.0, 0.0], scores)
    with tf.GradientTape() as tape:
        logit = layer(INPUTS, STATE)
        rows = tf.nn.sigmoid_cross_entropy_with_logits([[label]], logit)
    gradient = tape.gradient(rows, layer._critics.bias.value)
    assert float(rows[0, 0]) == pytest.approx(loss, rel=1e-5, abs=1e-6)
    # Up to the sign the gradient sums to 1 where the mixture is wrong.
    assert np.all(np.isfinite(gradient))
    wrong = 1.0 if loss > 1 else 0.0
    assert abs(float(tf.reduce_sum(gradient))) == pytest.approx(wrong, abs=1e-5)
