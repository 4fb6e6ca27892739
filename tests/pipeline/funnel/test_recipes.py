import pytest
import tensorflow as tf

import tfmtl
from pipeline.funnel import columns
from pipeline.funnel import recipes

FEATURES = [tfmtl.CategoricalFeature("age", 9, embedding_dim=4)]


@pytest.mark.parametrize(
    "name", ["SingleTask", "SharedBottom", "ESMM", "MMoE", "AITM", "PIMM"]
)
def test_every_model_of_the_library_has_a_recipe(name):
    recipe = recipes.make_recipe(name, FEATURES, columns.TASKS, seed=0)
    predictions = recipe.model({"age": tf.constant([1, 2, 3])})
    assert predictions["y_redeem"].shape == (3, 1)


def test_pimm_is_trained_by_its_curriculum():
    recipe = recipes.make_recipe("PIMM", FEATURES, columns.TASKS, seed=0)
    [schedule] = recipe.callbacks
    assert schedule.variable is recipe.model.label_rate
    assert recipe.min_epochs == 2


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="'SharedBotom'") as error:
        recipes.make_recipe("SharedBotom", FEATURES, columns.TASKS, seed=0)
    assert "Did you mean 'SharedBottom'?" in str(error.value)


def test_an_abstract_class_is_not_a_model():
    with pytest.raises(ValueError, match="should be one of"):
        recipes.find_model("MultiTaskModel")
