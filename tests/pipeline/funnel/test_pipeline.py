import json

import pandas as pd
import pytest
from tfx.dsl.components.base import executor_spec
from tfx.types import standard_component_specs as specs

from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.pipeline import create_pipeline


@pytest.fixture
def home(tmp_path):
    for split in ("train", "dev", "eval"):
        folder = tmp_path / "data" / split
        folder.mkdir(parents=True)
        pd.DataFrame({"age": ["25-34"]}).to_parquet(folder / "part.parquet")
    return str(tmp_path)


def components(home, run=1, **settings):
    made = create_pipeline(FunnelConfig(home=home, **settings), run)
    return {component.id: component for component in made.components}


def test_there_is_no_tuner_unless_it_is_asked_for(home):
    found = components(home)
    assert "Tuner" not in found
    assert specs.HYPERPARAMETERS_KEY not in found["Trainer"].inputs


def test_the_trainer_takes_what_the_tuner_chose(home):
    found = components(home, tuner_trials=2)
    chosen = found["Tuner"].outputs[specs.BEST_HYPERPARAMETERS_KEY]
    assert found["Trainer"].inputs[specs.HYPERPARAMETERS_KEY] is chosen


def test_the_tuner_sees_train_and_dev_and_never_the_test_split(home):
    found = components(home, tuner_trials=2)
    tuner, transform = found["Tuner"], found["Transform"]
    assert json.loads(tuner.exec_properties[specs.TRAIN_ARGS_KEY]) == {
        "splits": ["train"]
    }
    assert json.loads(tuner.exec_properties[specs.EVAL_ARGS_KEY]) == {
        "splits": ["dev"]
    }
    examples = tuner.inputs[specs.EXAMPLES_KEY]
    assert examples is transform.outputs[specs.TRANSFORMED_EXAMPLES_KEY]
    splits = json.loads(transform.exec_properties[specs.SPLITS_CONFIG_KEY])
    assert splits["transform"] == ["train", "dev"]


def test_a_new_run_trains_anew_but_does_not_search_anew(home):
    first = components(home, run=1, tuner_trials=2)
    second = components(home, run=2, tuner_trials=2)
    key = specs.CUSTOM_CONFIG_KEY
    for name, same in (("Tuner", True), ("Trainer", False)):
        pair = [each[name].exec_properties[key] for each in (first, second)]
        assert (pair[0] == pair[1]) is same


def test_training_begins_with_the_last_blessed_model_when_told_to(home):
    assert specs.BASE_MODEL_KEY not in components(home)["Trainer"].inputs
    found = components(home, warm_start=True, tuner_trials=2)
    last = found["LatestBlessedModel"].outputs["model"]
    assert found["Trainer"].inputs[specs.BASE_MODEL_KEY] is last
    assert specs.BASE_MODEL_KEY not in found["Tuner"].inputs


def test_every_step_on_beam_is_handed_the_arguments_for_beam(home):
    found = components(home, beam_pipeline_args="--runner=FlinkRunner --x=1")
    handed = {
        name: step.executor_spec.beam_pipeline_args
        for name, step in found.items()
        if isinstance(step.executor_spec, executor_spec.BeamExecutorSpec)
    }
    arguments = ["--runner=FlinkRunner", "--x=1"]
    assert handed == {"StatisticsGen": arguments, "Transform": arguments}
