"""Settings, steps and commands of the job, without a run."""

import datetime
import json
import sys

import pandas as pd
import pytest
from tfx.types import standard_component_specs as specs

from pipeline.advertiser import forecast
from pipeline.advertiser import prepare
from pipeline.advertiser import request_rows
from pipeline.advertiser import schema
from pipeline.advertiser.columns import NAIVE
from pipeline.advertiser.columns import TASKS
from pipeline.advertiser.columns import example_columns
from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.pipeline import create_pipeline
from pipeline.components import curated_schema
from pipeline.components.thresholds import Thresholds


@pytest.fixture
def home(data_dir):
    return str(data_dir.parent)


def components(home, **settings):
    made = create_pipeline(AdvertiserConfig(home, **settings))
    return {component.id: component for component in made.components}


def test_the_trainer_never_sees_the_evaluation_split(home):
    found = components(home)
    transform = found["Transform"].exec_properties[specs.SPLITS_CONFIG_KEY]
    assert json.loads(transform)["transform"] == ["train", "dev"]
    examples = found["Trainer"].inputs[specs.EXAMPLES_KEY]
    assert (
        examples is (found["Transform"].outputs[specs.TRANSFORMED_EXAMPLES_KEY])
    )


def test_training_begins_with_the_last_blessed_model_when_told_to(home):
    assert specs.BASE_MODEL_KEY not in components(home)["Trainer"].inputs
    found = components(home, warm_start=True)
    last = found["LatestBlessedModel"].outputs["model"]
    assert found["Trainer"].inputs[specs.BASE_MODEL_KEY] is last
    assert found["Evaluator"].inputs[specs.BASELINE_MODEL_KEY] is last


def test_every_scenario_is_a_slice_and_naive_forecasts_are_judged(home):
    judge = components(home)["Evaluator"].exec_properties
    assert json.loads(judge["slices"]) == ["scenario"]
    assert list(json.loads(judge["references"])) == list(NAIVE)


def test_every_task_has_bounds_and_minor_scenarios_have_their_own(home):
    path = AdvertiserConfig(home).thresholds
    bounds = Thresholds.read(path, TASKS, ["scenario"]).bounds
    assert {task.name for task in TASKS} <= set(bounds)
    for scenario in (3, 4):
        assert any(key.endswith(f"[scenario={scenario}]") for key in bounds)


def test_more_workers_are_processes_of_their_own(home):
    spec = components(home, workers=2)["WindowGen"].executor_spec
    assert "--direct_running_mode=multi_processing" in spec.beam_pipeline_args
    spec = components(home)["WindowGen"].executor_spec
    assert spec.beam_pipeline_args == ["--direct_num_workers=1"]


def test_the_schema_knows_every_column_and_its_length():
    features = {f.name: f for f in curated_schema.load(schema.PATH).feature}
    columns = {column.name: column for column in example_columns()}
    assert set(features) == set(columns)
    for name, column in columns.items():
        assert features[name].shape.dim[0].size == column.length


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": "M3M"}, "Did you mean 'M2M'"),
        ({"step": 0}, "`step` should be 1 or more"),
        ({"last_day": "tomorrow"}, "YYYY-MM-DD. Received: 'tomorrow'"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"workers": 0}, "workers=0"),
        ({"anchors": "no.json"}, "path of a JSON file.*'no.json'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(home, settings, message):
    with pytest.raises(ValueError, match=message):
        AdvertiserConfig(home, **settings)


def test_a_request_has_a_row_for_every_scenario(home):
    rows = request_rows.request_rows(AdvertiserConfig(home), 2)
    assert rows["scenario"].tolist() == [0, 1, 2, 3, 4]
    assert rows["advertiser_id"].tolist() == [2] * 5
    assert rows["display"].tolist() == [0, 1, 0, 1, 0]
    assert {len(days) for days in rows["history_baskets"]} == {40}
    assert rows["history_baskets"][0].sum() > 0
    assert rows["history_baskets"][4].sum() == 0


def test_an_advertiser_without_facts_is_refused(home):
    with pytest.raises(ValueError, match="Received: advertiser=99"):
        request_rows.request_rows(AdvertiserConfig(home), 99)


def test_the_busiest_advertiser_is_in_most_scenarios():
    forecasts = pd.DataFrame(
        {
            "advertiser_id": [1, 1, 2, 3, 3],
            "past_sales_value": [1.0, 1.0, 90.0, 1.0, 2.0],
        }
    )
    assert request_rows.busiest(forecasts) == 3


def test_without_a_pushed_model_there_is_no_forecast(
    data_dir, tmp_path, monkeypatch
):
    (tmp_path / "data").symlink_to(data_dir)
    monkeypatch.setenv("ADVERTISER_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["forecast"])
    with pytest.raises(SystemExit, match="should be a pushed model"):
        forecast.main()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_sample_of_advertisers_is_the_same_every_time(tmp_path, monkeypatch):
    facts = pd.DataFrame(
        {"advertiser_id": range(50), "day": datetime.date(2017, 1, 1)}
    )
    profiles = pd.DataFrame({"manufacturer_id": range(60)})
    journey = prepare.complete_journey
    monkeypatch.setattr(journey, "advertiser_facts", lambda: facts)
    monkeypatch.setattr(journey, "advertisers", lambda: profiles)
    chosen = []
    for name in ("a", "b"):
        counts = prepare.prepare(10, str(tmp_path / name))
        assert counts == {"facts": 10, "advertisers": 60, "scenarios": 5}
        table = pd.read_parquet(tmp_path / name / "facts")
        chosen.append(sorted(table["advertiser_id"]))
    assert chosen[0] == chosen[1]
    assert prepare.prepare(None, str(tmp_path / "a"))["facts"] == 50


def test_the_cache_notices_other_anchors(home, tmp_path):
    path, told = tmp_path / "anchors.json", []
    for day in ("2017-02-20", "2017-02-21"):
        path.write_text(json.dumps({"train": [day]}))
        found = components(home, anchors=str(path))["WindowGen"]
        told.append(found.exec_properties["settings"])
    assert told[0] != told[1]
