import json

import keras
import numpy as np
import pytest

import tfmtl
from tfmtl import losses

MAKERS = {
    "fixed": lambda: losses.FixedWeights({"click": 1.0, "buy": 3.0}),
    "uncertainty": losses.UncertaintyWeighting.classification,
    "grad norm": lambda: losses.GradNorm(0.5),
    "pc grad": lambda: losses.PCGrad(seed=1),
}
TASKS = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("buy", parent="click")]


def of(balancing, **kwargs):
    features = [tfmtl.CategoricalFeature("id", 50, embedding_dim=4)]
    return tfmtl.models.SharedBottom(
        features, TASKS, bottom_units=(4,), tower_units=(), seed=0,
        balancing=balancing, **kwargs,
    )  # fmt: skip


def data():
    ids = np.random.default_rng(0).integers(0, 50, 64)
    click = (ids % 2).astype("f4")
    return {"id": ids}, {"click": click, "buy": click * (ids % 3 == 0)}


def fit(model, epochs):
    model.fit(*data(), batch_size=16, shuffle=False, epochs=epochs, verbose=0)


@pytest.mark.parametrize("name", MAKERS)
def test_configuration_makes_the_round_trip(name):
    model = of(MAKERS[name]())
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    restored = keras.saving.deserialize_keras_object(config)
    assert type(restored.balancing) is type(model.balancing)
    assert restored.balancing.get_config() == model.balancing.get_config()


@pytest.mark.parametrize("name", ["uncertainty", "grad norm", "pc grad"])
def test_a_training_that_is_saved_and_resumed_ends_as_one_in_one_go(
    name, tmp_path
):
    whole, half = of(MAKERS[name]()), of(MAKERS[name]())
    for model in (whole, half):
        model.compile(tfmtl.optimizers.LazyAdam(0.01), run_eagerly=True)
    fit(whole, 2)
    fit(half, 1)
    half.save(tmp_path / "half.keras")
    resumed = keras.models.load_model(tmp_path / "half.keras")
    fit(resumed, 1)
    assert resumed.balancing.weights
    for weight, expected in zip(
        resumed.get_weights(), whole.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(weight, expected)


@pytest.mark.parametrize("name", ["uncertainty", "grad norm", "pc grad"])
def test_trains_in_half_precision_where_gradients_are_scaled(name):
    model = of(MAKERS[name](), dtype="mixed_float16")
    twin = of(MAKERS[name]())
    for one in (model, twin):
        one.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
        fit(one, 1)
    for weight, expected in zip(
        model.get_weights(), twin.get_weights(), strict=True
    ):
        np.testing.assert_allclose(weight, expected, atol=2e-3)


def test_a_balancing_belongs_to_one_model():
    balancing = losses.FixedWeights()
    of(balancing)
    with pytest.raises(ValueError, match=r"one for each.*\['click', 'buy'\]"):
        of(balancing)


@pytest.mark.parametrize("balancing", ["uncertainty", losses.PCGrad])
def test_refuses_what_is_no_balancing(balancing):
    with pytest.raises(ValueError, match="`balancing` should be an object"):
        of(balancing)
