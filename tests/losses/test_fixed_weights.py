import numpy as np
import pytest

from tfmtl.losses import FixedWeights


def test_weights_take_the_place_of_those_of_the_tasks(squares):
    # The losses are 1 and 9.
    model = squares(FixedWeights({"a": 2.0, "b": 0.5}), weights={"a": 7.0})
    logs = model.fit_steps(1)
    assert logs == {
        "loss": pytest.approx([6.5]),
        "a_loss": pytest.approx([1]),
        "b_loss": pytest.approx([9]),
    }


def test_the_tasks_own_weights_are_the_default(squares):
    for balancing in (None, FixedWeights()):
        model = squares(balancing, weights={"b": 2.0})
        assert model.fit_steps(1)["loss"] == pytest.approx([19])


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_refuses_weights_that_are_not_positive_and_finite(weight):
    with pytest.raises(ValueError, match="positive and finite.*task 'b'"):
        FixedWeights({"a": 1.0, "b": weight})


@pytest.mark.parametrize("names", ["a", "abc", "ac"])
def test_refuses_weights_that_are_not_those_of_the_tasks(squares, names):
    weights = dict.fromkeys(names, 1.0)
    with pytest.raises(ValueError, match=r"each of \['a', 'b'\].*'a': 1.0"):
        squares(FixedWeights(weights))
