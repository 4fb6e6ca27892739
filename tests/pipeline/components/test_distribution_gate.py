import os

import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx.components.example_validator import executor as validator
from tfx.dsl.components.base import base_executor
from tfx.types import channel
from tfx.types import standard_artifacts
from tfx.utils import io_utils
from tfx.utils import writer_utils

from pipeline.components.accepted_statistics import AcceptedStatistics
from pipeline.components.distribution_gate import DistributionGate

SCHEMA = text_format.Parse(
    """
    feature {
      name: "kind" type: BYTES
      presence { min_fraction: 1.0 } shape { dim { size: 1 } }
      skew_comparator { infinity_norm { threshold: 0.2 } }
      drift_comparator { infinity_norm { threshold: 0.2 } }
    }
    """,
    schema_pb2.Schema(),
)
HALVES = ["A", "B"] * 50
MOSTLY_A = ["A"] * 90 + ["B"] * 10


def statistics(kinds):
    frame = pd.DataFrame({"kind": kinds})
    return tfdv.generate_statistics_from_dataframe(frame)


@pytest.fixture
def inputs(artifact):
    """Makes the input artifacts of one run, from the values of `kind`."""

    def make(train, serving):
        made = artifact(
            standard_artifacts.ExampleStatistics, "stats", ["train", "eval"]
        )
        anomalies = artifact(
            standard_artifacts.ExampleAnomalies, "anomalies", ["train", "eval"]
        )
        schema = artifact(standard_artifacts.Schema, "schema")
        io_utils.write_pbtxt_file(
            os.path.join(schema.uri, "schema.pbtxt"), SCHEMA
        )
        for split, kinds in (("train", train), ("eval", serving)):
            folder = os.path.join(made.uri, f"Split-{split}")
            os.makedirs(folder)
            counted = statistics(kinds)
            path = os.path.join(folder, "FeatureStats.pb")
            io_utils.write_bytes_file(path, counted.SerializeToString())
            writer_utils.write_anomalies(
                os.path.join(
                    anomalies.uri, f"Split-{split}", validator.DEFAULT_FILE_NAME
                ),
                tfdv.validate_statistics(counted, SCHEMA),
            )
        return {
            "statistics": [made],
            "schema": [schema],
            "anomalies": [anomalies],
        }

    return make


@pytest.fixture
def gate(artifact):
    """Runs the gate; returns what it reported and accepted."""

    def run(inputs, previous=None, **options):
        kinds = {
            "statistics": standard_artifacts.ExampleStatistics,
            "schema": standard_artifacts.Schema,
            "anomalies": standard_artifacts.ExampleAnomalies,
            "previous_statistics": AcceptedStatistics,
        }
        component = DistributionGate(
            **{key: channel.Channel(type=kind) for key, kind in kinds.items()},
            **options,
        )
        shifts = artifact(standard_artifacts.ExampleAnomalies, "shifts")
        accepted = artifact(AcceptedStatistics, "accepted")
        if previous is not None:
            made = artifact(AcceptedStatistics, "previous")
            made.write(statistics(previous))
            inputs = {**inputs, "previous_statistics": [made]}
        context = base_executor.BaseExecutor.Context()
        component.executor_spec.executor_class(context).Do(
            inputs,
            {"shifts": [shifts], "accepted_statistics": [accepted]},
            component.exec_properties,
        )
        return shifts.get_string_custom_property("report"), accepted

    return run


def test_accepts_data_that_is_like_the_rest(gate, inputs):
    report, accepted = gate(inputs(HALVES, HALVES), previous=HALVES)
    assert report == ""
    assert accepted.read().datasets[0].num_examples == 100


def test_compares_with_nothing_on_the_first_run(gate, inputs):
    report, _ = gate(inputs(HALVES, HALVES))
    assert report == ""


def test_stops_when_training_and_serving_differ(gate, inputs):
    with pytest.raises(ValueError, match="'train', feature 'kind' shifted"):
        gate(inputs(HALVES, MOSTLY_A))


def test_stops_when_the_last_run_was_different(gate, inputs):
    with pytest.raises(ValueError, match="current and previous is 0.4"):
        gate(inputs(HALVES, HALVES), previous=MOSTLY_A)


def test_only_reports_shifts_if_told_so(gate, inputs):
    report, accepted = gate(
        inputs(HALVES, HALVES), previous=MOSTLY_A, fail_on_skew=False
    )
    assert "feature 'kind' shifted" in report
    assert accepted.read().datasets[0].num_examples == 100


def test_stops_on_anomalies_in_any_case(gate, inputs):
    holes = [None, *HALVES]
    with pytest.raises(ValueError, match="split 'eval', feature 'kind': "):
        gate(inputs(HALVES, holes), fail_on_skew=False)
