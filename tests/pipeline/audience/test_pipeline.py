import json

import pandas as pd
import pytest
from tfx.types import standard_component_specs as specs

from pipeline.audience.config import AudienceConfig
from pipeline.audience.pipeline import create_pipeline


@pytest.fixture
def home(tmp_path):
    for split in ("train", "dev", "eval", "users"):
        folder = tmp_path / "data" / split
        folder.mkdir(parents=True)
        pd.DataFrame({"age": ["25-34"]}).to_parquet(folder / "part.parquet")
    return str(tmp_path)


def components(home, run=1, **settings):
    made = create_pipeline(AudienceConfig(home=home, **settings), run)
    return {component.id: component for component in made.components}


def test_training_begins_with_the_last_blessed_model_unless_told_not_to(home):
    found = components(home)
    last = found["LatestBlessedModel"].outputs["model"]
    assert found["Trainer"].inputs[specs.BASE_MODEL_KEY] is last
    assert found["Evaluator"].inputs[specs.BASELINE_MODEL_KEY] is last
    anew = components(home, warm_start=False)
    assert specs.BASE_MODEL_KEY not in anew["Trainer"].inputs
    assert specs.BASELINE_MODEL_KEY in anew["Evaluator"].inputs


def test_nothing_is_learned_from_held_out_campaigns(home):
    found = components(home)
    splits = json.loads(
        found["Transform"].exec_properties[specs.SPLITS_CONFIG_KEY]
    )
    assert splits == {"analyze": ["train"], "transform": ["train", "dev"]}
    judged = found["Evaluator"].exec_properties[specs.EXAMPLE_SPLITS_KEY]
    assert json.loads(judged) == ["eval"]


def test_data_are_checked_before_anything_is_learned(home):
    found = components(home)
    assert found["DistributionGate"] in found["Transform"].upstream_nodes


def test_calibration_has_no_bound_unless_it_is_given_one(home, tmp_path):
    def bounds(**settings):
        judge = components(home, **settings)["Evaluator"].exec_properties
        return json.loads(judge["thresholds"])["responds"]

    assert "calibration_error" not in bounds()
    path, bound = tmp_path / "mine.json", {"calibration_error": {"max": 0.1}}
    path.write_text(json.dumps({"responds": bound}))
    assert bounds(thresholds=str(path)) == bound


@pytest.mark.parametrize("name", ["epochs", "steps"])
def test_refuses_a_setting_that_makes_no_sense(name, home):
    with pytest.raises(ValueError, match=f"{name}=0"):
        AudienceConfig(home=home, **{name: 0})
