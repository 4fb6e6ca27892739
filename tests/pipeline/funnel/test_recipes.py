import pytest
import tensorflow as tf

import tfmtl
from pipeline.funnel import columns
from pipeline.funnel import recipes
from pipeline.funnel.hyperparameters import Hyperparameters
from tfmtl.models.find_model import find_model
from tfmtl.models.find_model import known_models

FEATURES = [tfmtl.CategoricalFeature("age", 9, embedding_dim=4)]


@pytest.mark.parametrize("name", sorted(known_models()))
def test_every_model_of_the_library_has_a_recipe(name):
    recipe = recipes.make_recipe(name, FEATURES, columns.TASKS, seed=0)
    predictions = recipe.model({"age": tf.constant([1, 2, 3])})
    assert predictions["y_redeem"].shape == (3, 1)


def test_pimm_is_trained_by_its_curriculum():
    recipe = recipes.make_recipe("PIMM", FEATURES, columns.TASKS, seed=0)
    [schedule] = recipe.callbacks
    assert schedule.variable is recipe.model.label_rate
    assert recipe.min_epochs == 2


def test_a_chosen_width_is_halved_from_layer_to_layer():
    chosen = Hyperparameters(width=64, dropout=0.4)
    for name in ("SharedBottom", "MMoE"):
        model = recipes.make_recipe(
            name, FEATURES, columns.TASKS, 0, chosen
        ).model
        units = getattr(model, "expert_units", ()) + model.tower_units
        assert (units, model.dropout) == ((64, 32, 16), 0.4)


@pytest.mark.parametrize(("floor", "epochs"), [(0.0, 3), (0.25, 2), (0.5, 1)])
def test_a_chosen_floor_ends_the_curriculum(floor, epochs):
    chosen = Hyperparameters(curriculum_floor=floor)
    recipe = recipes.make_recipe("PIMM", FEATURES, columns.TASKS, 0, chosen)
    [schedule] = recipe.callbacks
    assert schedule.schedule(9) == floor
    assert recipe.min_epochs == epochs


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="'SharedBotom'") as error:
        recipes.make_recipe("SharedBotom", FEATURES, columns.TASKS, seed=0)
    assert "Did you mean 'SharedBottom'?" in str(error.value)


OWN = """
import keras
import tfmtl

class Ours(tfmtl.models.MultiTaskModel):
    def __init__(self, features, tasks, **kwargs):
        super().__init__(features, tasks, **kwargs)
        self.encoder = tfmtl.layers.FeatureConcatenation(features)
        self.heads = [keras.layers.Dense(1, "sigmoid") for _ in tasks]
        self.label_rate = self.add_weight(name="rate", trainable=False)

    def call(self, features, labels=None, training=False):
        x = self.encoder(features)
        outputs = [head(x) for head in self.heads]
        return dict(zip(self.task_names, outputs))
"""


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    (tmp_path / "own_models.py").write_text(OWN, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)


def test_a_model_of_ones_own_is_built_by_its_module_and_name(own_module):
    recipe = recipes.make_recipe(
        "own_models:Ours", FEATURES, columns.TASKS, seed=0
    )
    predictions = recipe.model({"age": tf.constant([1, 2, 3])})
    assert predictions["y_redeem"].shape == (3, 1)
    # One that has a `label_rate` is trained by a curriculum, as PIMM is.
    assert recipe.callbacks[0].variable is recipe.model.label_rate


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module:Ours", "module that Python finds.*no_such_module"),
        ("own_models:Theirs", "module that Python finds.*'Theirs'"),
        ("own_models:keras", "subclass of.*MultiTaskModel.*own_models:keras"),
    ],
)
def test_what_is_no_model_of_ones_own_is_refused(name, message, own_module):
    with pytest.raises(ValueError, match=message):
        find_model(name)


def test_an_abstract_class_is_not_a_model():
    with pytest.raises(ValueError, match="should be one of"):
        find_model("MultiTaskModel")
