import json

import pytest
from tfx.components.statistics_gen import executor as statistics_executor
from tfx.dsl.components.base import base_beam_executor
from tfx.types import channel
from tfx.types import standard_artifacts

from pipeline.components.sampled_statistics_gen import SampledStatisticsGen


@pytest.mark.parametrize(("rows", "rate"), [(1000, 0.25), (250, None)])
def test_more_rows_than_wanted_are_sampled(rows, rate, artifact, monkeypatch):
    told = []
    monkeypatch.setattr(
        statistics_executor.Executor,
        "Do",
        lambda self, inputs, outputs, properties: told.append(properties),
    )
    component = SampledStatisticsGen(
        channel.Channel(type=standard_artifacts.Examples),
        channel.Channel(type=standard_artifacts.Schema),
        rows=250,
    )
    context = base_beam_executor.BaseBeamExecutor.Context()
    component.executor_spec.executor_class(context).Do(
        {
            "examples": [
                artifact(standard_artifacts.Examples, "made", rows=rows)
            ]
        },
        {},
        component.exec_properties,
    )
    [properties] = told
    options = json.loads(properties["stats_options_json"])
    assert options["_sample_rate"] == rate
