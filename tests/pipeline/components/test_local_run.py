"""The components together, under TFX's own runner."""

import json

import pandas as pd
import pytest
import tensorflow as tf
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx.components import ExampleValidator
from tfx.components import StatisticsGen
from tfx.dsl.components.common.importer import Importer
from tfx.dsl.components.common.resolver import Resolver
from tfx.dsl.input_resolution.strategies import latest_artifact_strategy
from tfx.dsl.input_resolution.strategies import latest_blessed_model_strategy
from tfx.orchestration import metadata
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.types import channel
from tfx.types import standard_artifacts

from pipeline.components.accepted_statistics import AcceptedStatistics
from pipeline.components.atomic_pusher import AtomicPusher
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from pipeline.components.distribution_gate import DistributionGate
from pipeline.components.parquet_example_gen import ParquetExampleGen
from pipeline.components.progress import RunProgress
from pipeline.components.raw_column import RawColumn
from tfmtl.tasks import BinaryTask

TASKS = [BinaryTask("click")]
SCHEMA = """
    feature { name: "price" type: FLOAT presence { min_fraction: 1.0 }
              shape { dim { size: 1 } } }
    feature { name: "click" type: INT presence { min_fraction: 1.0 }
              shape { dim { size: 1 } } }
"""


class Identity(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, examples):
        spec = {"price": tf.io.FixedLenFeature([1], tf.float32)}
        return {"click": tf.io.parse_example(examples, spec)["price"]}


@pytest.fixture
def job(tmp_path):
    """A pipeline without training, and what it needs on disk."""

    class Job:
        serving = tmp_path / "serving"

        def write(self, **columns):
            for split in ("train", "eval"):
                folder = tmp_path / "data" / split
                folder.mkdir(parents=True, exist_ok=True)
                frame = pd.DataFrame(columns)
                frame.to_parquet(folder / "log.parquet")

        def run(self):
            with RunProgress(tmp_path / "run.log") as progress:
                LocalDagRunner().run(make_pipeline(tmp_path, self.serving))
            return {step.name: step.outcome for step in progress.steps}

        def versions(self):
            return len(list(self.serving.glob("[0-9]*")))

    module = Identity()
    tf.saved_model.save(
        module,
        str(tmp_path / "model" / "Format-Serving"),
        signatures={"serving_default": module.serve},
    )
    (tmp_path / "schema").mkdir()
    schema = text_format.Parse(SCHEMA, schema_pb2.Schema())
    text = text_format.MessageToString(schema)
    (tmp_path / "schema" / "schema.pbtxt").write_text(text)
    bounds = {"click": {"auc": {"min": 0.9}}}
    (tmp_path / "thresholds.json").write_text(json.dumps(bounds))
    return Job()


def importer(path, kind, name):
    made = Importer(source_uri=str(path), artifact_type=kind)
    return made.with_id(name)


def make_pipeline(folder, serving):
    columns = [RawColumn("price", tf.float32)]
    generator = ParquetExampleGen(
        folder / "data", columns, TASKS, ["train", "eval"]
    )
    examples = generator.outputs["examples"]
    schema = importer(
        folder / "schema", standard_artifacts.Schema, "schema_importer"
    )
    model = importer(
        folder / "model", standard_artifacts.Model, "model_importer"
    )
    statistics = StatisticsGen(examples)
    validator = ExampleValidator(
        statistics.outputs["statistics"], schema.outputs["result"]
    )
    last_accepted = Resolver(
        strategy_class=latest_artifact_strategy.LatestArtifactStrategy,
        accepted_statistics=channel.Channel(type=AcceptedStatistics),
    ).with_id("last_accepted_statistics")
    gate = DistributionGate(
        statistics.outputs["statistics"],
        schema.outputs["result"],
        validator.outputs["anomalies"],
        last_accepted.outputs["accepted_statistics"],
    )
    last_blessed = Resolver(
        strategy_class=latest_blessed_model_strategy.LatestBlessedModelStrategy,
        model=channel.Channel(type=standard_artifacts.Model),
        model_blessing=channel.Channel(type=standard_artifacts.ModelBlessing),
    ).with_id("last_blessed_model")
    evaluator = ColumnarEvaluator(
        examples,
        model.outputs["result"],
        TASKS,
        folder / "thresholds.json",
        baseline_model=last_blessed.outputs["model"],
    )
    evaluator.add_upstream_node(gate)
    pusher = AtomicPusher(
        model.outputs["result"], evaluator.outputs["blessing"], str(serving)
    )
    return tfx_pipeline.Pipeline(
        pipeline_name="components",
        pipeline_root=str(folder / "root"),
        components=[
            generator,
            statistics,
            schema,
            validator,
            last_accepted,
            gate,
            model,
            last_blessed,
            evaluator,
            pusher,
        ],
        enable_cache=True,
        metadata_connection_config=(
            metadata.sqlite_metadata_connection_config(
                str(folder / "metadata.sqlite")
            )
        ),
    )


@pytest.mark.slow
def test_pushes_caches_compares_and_stops(job, capfd):
    job.write(price=[0.1, 0.9, 0.2, 0.8] * 5, click=[0, 1, 0, 1] * 5)
    outcomes = job.run()
    assert outcomes.pop("last_accepted_statistics") == "empty"
    assert set(outcomes.values()) == {"run"}
    assert job.versions() == 1
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "40 rows" in shown.out

    outcomes = job.run()
    assert outcomes["ParquetExampleGen"] == "cached"
    assert outcomes["StatisticsGen"] == "cached"
    assert outcomes["DistributionGate"] == "run"  # now there is a last run
    assert job.versions() == 2
    capfd.readouterr()

    # A model that is not good enough on new data is not pushed.
    job.write(price=[0.1, 0.9, 0.2, 0.8] * 5, click=[1, 0, 0, 1] * 5)
    outcomes = job.run()
    assert outcomes["ParquetExampleGen"] == "run"
    assert outcomes["ColumnarEvaluator"] == "run"
    assert job.versions() == 2
    capfd.readouterr()

    # A bad label stops the run at the door, with one message.
    job.write(price=[0.1, 0.9], click=[0, 7])
    with pytest.raises(SystemExit):
        job.run()
    *_, message, log = capfd.readouterr().out.strip().splitlines()
    assert "train/log.parquet: A label of task 'click'" in message
    assert "value=7" in message
    assert log.startswith("The log: ")
    assert job.versions() == 2


@pytest.mark.slow
def test_what_was_blessed_and_not_pushed_is_pushed_by_the_next_run(
    job, monkeypatch
):
    def stop(*args):
        raise RuntimeError("the disk is full")

    job.write(price=[0.1, 0.9, 0.2, 0.8] * 5, click=[0, 1, 0, 1] * 5)
    with monkeypatch.context() as patch:
        patch.setattr(AtomicPusher.EXECUTOR_SPEC.executor_class, "Do", stop)
        with pytest.raises(SystemExit):
            job.run()
    assert job.versions() == 0
    outcomes = job.run()
    # The last blessed model is now this one: it is no worse than itself.
    assert outcomes["last_blessed_model"] == "run"
    assert job.versions() == 1
