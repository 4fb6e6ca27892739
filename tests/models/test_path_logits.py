import numpy as np
import pytest
import tensorflow as tf

from tfmtl.models.path_logits import mixture_logit
from tfmtl.models.path_logits import path_logits


def logit(probability):
    return float(np.log(probability / (1 - probability)))


def test_a_path_multiplies_probabilities():
    scores = [tf.constant(logit(p)) for p in (0.5, 0.75, 0.2)]
    actual = path_logits(scores)
    expected = [logit(p) for p in (0.5, 0.375, 0.075)]
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)


def test_a_mixture_adds_probabilities():
    scores = [tf.constant(logit(p)) for p in (0.75, 0.2, 0.5)]
    # 0.75 * 0.2 + 0.25 * 0.5 = 0.275
    assert float(mixture_logit(*scores)) == pytest.approx(logit(0.275), 1e-5)


@pytest.mark.parametrize(
    ("choice", "chosen", "other", "expected"),
    [
        (200.0, -90.0, 30.0, -90.0),  # the choice is certain
        (-200.0, -90.0, 50.0, 50.0),  # and the other one
        (0.0, 80.0, -80.0, 0.0),  # half of 1 and half of 0
        (3.0, 100.0, 100.0, 100.0),  # whatever the choice
        (0.0, -100.0, -80.0, -80.0 - np.log(2)),  # half of e^-80
    ],
)
def test_a_mixture_is_exact_where_probabilities_are_near_0_or_1(
    choice, chosen, other, expected
):
    scores = [tf.constant(score) for score in (choice, chosen, other)]
    with tf.GradientTape() as tape:
        tape.watch(scores)
        mixed = mixture_logit(*scores)
    assert float(mixed) == pytest.approx(expected, rel=1e-5, abs=1e-4)
    assert np.all(np.isfinite(tape.gradient(mixed, scores)))
