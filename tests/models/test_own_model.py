import keras
import numpy as np
import pytest

import tfmtl


@keras.saving.register_keras_serializable("tests")
class TwoTowers(tfmtl.models.MultiTaskModel):
    """Click and purchase from one bottom, the purchase told of the click."""

    def __init__(self, features, tasks):
        super().__init__(features, tasks)
        self.encoder = tfmtl.layers.FeatureConcatenation(features)
        self.bottom = tfmtl.layers.MLP((8, 4))
        self.click = keras.layers.Dense(1, activation="sigmoid")
        self.purchase = keras.layers.Dense(1, activation="sigmoid")
        self.prior = tfmtl.layers.PriorInformationMerge()

    def call(self, features, labels=None, training=False):
        hidden = self.bottom(self.encoder(features), training=training)
        click = self.click(hidden)
        label = labels["click"] if labels else None
        hidden = self.prior(hidden, click, label, training=training)
        return {"click": click, "purchase": self.purchase(hidden)}


@pytest.fixture
def model(features):
    tasks = [
        tfmtl.BinaryTask("click"),
        tfmtl.BinaryTask("purchase", parent="click"),
    ]
    return TwoTowers(features, tasks)


def test_a_model_of_ones_own_is_built_fitted_saved_and_loaded(
    model, rows, tmp_path
):
    inputs, labels = rows(64)
    model.compile(tfmtl.optimizers.LazyAdam(0.01))
    model.fit(inputs, labels, batch_size=16, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    expected = model.predict(inputs, verbose=0)
    actual = loaded.predict(inputs, verbose=0)
    for name in ("click", "purchase"):
        np.testing.assert_array_equal(actual[name], expected[name])
    assert int(loaded.optimizer.iterations.numpy()) == 8


def test_a_constructor_that_takes_a_name_is_given_it(features):
    class Named(TwoTowers):
        def __init__(self, features, tasks, name=None):
            super().__init__(features, tasks)
            self.given = name

    config = Named(features, [tfmtl.BinaryTask("click")]).get_config()
    assert Named.from_config({**config, "name": "mine"}).given == "mine"


def test_a_model_that_leaves_a_task_out_is_told_which(features, rows):
    class Forgetful(TwoTowers):
        def call(self, features, labels=None, training=False):
            return {"click": super().call(features, labels, training)["click"]}

    tasks = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("purchase")]
    model = Forgetful(features, tasks)
    model.compile("sgd")
    with pytest.raises(ValueError, match=r"add \['purchase'\].*\['click'\]"):
        model.fit(*rows(8), verbose=0)


def test_weights_are_loaded_into_a_model_without_any(model, rows, tmp_path):
    inputs, _ = rows(8)
    model.build()
    model.save_weights(tmp_path / "it.weights.h5")
    twin = TwoTowers(model.features, model.tasks)
    twin.load_weights(tmp_path / "it.weights.h5")
    np.testing.assert_array_equal(
        twin.predict(inputs, verbose=0)["click"],
        model.predict(inputs, verbose=0)["click"],
    )


def test_a_matrix_instead_of_a_dict_is_refused(model, rows):
    _, labels = rows(8)
    model.compile("sgd")
    with pytest.raises(
        ValueError, match=r"a dict with one column.*dict\(frame"
    ):
        model.fit(np.zeros((8, 4)), labels, verbose=0)
