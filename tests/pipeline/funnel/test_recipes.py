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


def test_an_abstract_class_is_not_a_model():
    with pytest.raises(ValueError, match="should be one of"):
        find_model("MultiTaskModel")
