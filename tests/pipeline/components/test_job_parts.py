import json

import pytest
from tfx import types
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.components import job_parts
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from pipeline.components.job_config import JobConfig
from pipeline.components.source_digest import source_digest
from tfmtl.tasks import BinaryTask

PREPROCESSING = "pipeline.funnel.preprocessing.preprocessing_fn"


@pytest.fixture
def config(tmp_path):
    thresholds = tmp_path / "thresholds.json"
    thresholds.write_text('{"click": {"auc": {"min": 0.6}}}')
    return JobConfig(str(tmp_path), 1, str(thresholds), "job")


@pytest.fixture
def steps(config, tmp_path):
    """Returns the steps of a job with a schema, by their ids."""

    def make(text=""):
        path = tmp_path / "schema.pbtxt"
        path.write_text(text)
        made, _ = job_parts.checked_and_transformed(
            config,
            types.Channel(type=standard_artifacts.Examples),
            path,
            PREPROCESSING,
        )
        return {step.id: step for step in made}

    return make


def test_the_cache_notices_a_change_of_the_schema(steps):
    def schema_file(text):
        return steps(text)["ImportSchemaGen"].exec_properties["schema_file"]

    first = schema_file('feature { name: "a" }')
    second = schema_file('feature { name: "b" }')
    assert first != second
    with open(second) as file:
        assert file.read() == 'feature { name: "b" }'
    assert schema_file('feature { name: "a" }') == first


def test_the_cache_notices_a_change_of_the_preprocessing(steps):
    told = steps()["Transform"].exec_properties["custom_config"]
    assert json.loads(told) == {"sources": source_digest(PREPROCESSING)}


def test_what_is_pushed_is_the_model_that_was_judged(config):
    model = types.Channel(type=standard_artifacts.Model)
    evaluator = ColumnarEvaluator(
        types.Channel(type=standard_artifacts.Examples),
        model,
        [BinaryTask("click")],
        config.thresholds,
    )
    pusher = job_parts.pusher(config, model, evaluator)
    assert pusher.inputs[specs.MODEL_KEY] is model
    blessing = evaluator.outputs[specs.BLESSING_KEY]
    assert pusher.inputs[specs.MODEL_BLESSING_KEY] is blessing
    assert config.serving_dir in pusher.exec_properties["push_destination"]
