import json

import pytest
from tfx import types
from tfx.types import standard_artifacts

from pipeline.components import job_parts
from pipeline.components.job_config import JobConfig
from pipeline.components.source_digest import source_digest

PREPROCESSING = "pipeline.funnel.preprocessing.preprocessing_fn"


@pytest.fixture
def steps(tmp_path):
    """Returns the steps of a job with a schema, by their ids."""
    thresholds = tmp_path / "thresholds.json"
    thresholds.write_text("{}")
    config = JobConfig(str(tmp_path), thresholds=str(thresholds))

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
