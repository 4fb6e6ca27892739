import pytest
from tfx import types
from tfx.types import standard_artifacts

from pipeline.components import job_parts
from pipeline.components.job_config import JobConfig


@pytest.fixture
def schema_file(tmp_path):
    """Returns what the step that reads the schema is told to read."""
    thresholds = tmp_path / "thresholds.json"
    thresholds.write_text("{}")
    config = JobConfig(str(tmp_path), thresholds=str(thresholds))

    def read(text):
        path = tmp_path / "schema.pbtxt"
        path.write_text(text)
        steps, _ = job_parts.checked_and_transformed(
            config,
            types.Channel(type=standard_artifacts.Examples),
            path,
            "pipeline.funnel.preprocessing.preprocessing_fn",
        )
        return steps[0].exec_properties["schema_file"]

    return read


def test_the_cache_notices_a_change_of_the_schema(schema_file):
    first = schema_file('feature { name: "a" }')
    second = schema_file('feature { name: "b" }')
    assert first != second
    with open(second) as file:
        assert file.read() == 'feature { name: "b" }'
    assert schema_file('feature { name: "a" }') == first
