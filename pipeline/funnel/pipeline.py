"""The funnel pipeline: raw Parquet in, a validated, pushed model out."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import tensorflow_data_validation as tfdv
from tfx.components import ExampleValidator
from tfx.components import StatisticsGen
from tfx.components import Trainer
from tfx.components import Transform
from tfx.components import Tuner
from tfx.components.schema_gen.import_schema_gen.component import (
    ImportSchemaGen,
)
from tfx.dsl.components.common.resolver import Resolver
from tfx.dsl.input_resolution.strategies.latest_artifact_strategy import (
    LatestArtifactStrategy,
)
from tfx.dsl.input_resolution.strategies.latest_blessed_model_strategy import (
    LatestBlessedModelStrategy,
)
from tfx.orchestration import metadata
from tfx.orchestration import pipeline
from tfx.proto import trainer_pb2
from tfx.proto import transform_pb2
from tfx.types import Channel
from tfx.types import standard_artifacts

from pipeline.components.accepted_statistics import AcceptedStatistics
from pipeline.components.atomic_pusher import AtomicPusher
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from pipeline.components.distribution_gate import DistributionGate
from pipeline.components.parquet_example_gen import ParquetExampleGen
from pipeline.funnel import columns
from pipeline.funnel import schema
from pipeline.funnel import tuner as tuner_lib
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.training import TrainingConfig

SPLITS = ("train", "dev", "eval")


def create_pipeline(config: FunnelConfig, run: int = 1) -> pipeline.Pipeline:
    """Returns the pipeline.

    Steps that were finished with the same inputs are not run again, so that a
    run that was killed goes on where it was. `run` is among the inputs of the
    trainer: with a new number it trains anew.

    Args:
        config: Folders and settings.
        run: Number of the run.
    """
    examples = ParquetExampleGen(
        config.data_dir, columns.COLUMNS, columns.TASKS, SPLITS
    )
    schema_gen = ImportSchemaGen(schema_file=str(schema.PATH))
    checks = _data_checks(config, examples, schema_gen)
    transform = Transform(
        examples=examples.outputs["examples"],
        schema=schema_gen.outputs["schema"],
        preprocessing_fn="pipeline.funnel.preprocessing.preprocessing_fn",
        # The evaluation split is never seen by Transform: it stays raw.
        splits_config=transform_pb2.SplitsConfig(
            analyze=["train"], transform=["train", "dev"]
        ),
        disable_statistics=True,
        disable_analyzer_cache=True,
    )
    transform.add_upstream_node(checks[-1])
    fitted = _training(config, transform, run)
    trainer = fitted[-1]
    judged = _judgement(config, examples, trainer)
    return pipeline.Pipeline(
        pipeline_name=config.pipeline_name,
        pipeline_root=config.pipeline_root,
        components=[
            examples,
            schema_gen,
            *checks,
            transform,
            *fitted,
            *judged,
        ],
        enable_cache=True,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(
            config.metadata_path
        ),
        beam_pipeline_args=["--direct_num_workers=1"],
    )


def _data_checks(
    config: FunnelConfig,
    examples: ParquetExampleGen,
    schema_gen: ImportSchemaGen,
) -> list[Any]:
    """Returns the steps that stop the run on data that is not as expected."""
    statistics = StatisticsGen(
        examples=examples.outputs["examples"],
        schema=schema_gen.outputs["schema"],
        stats_options=tfdv.StatsOptions(sample_rate=_sample_rate(config)),
    )
    validator = ExampleValidator(
        statistics=statistics.outputs["statistics"],
        schema=schema_gen.outputs["schema"],
    )
    accepted = Resolver(
        strategy_class=LatestArtifactStrategy,
        accepted_statistics=Channel(type=AcceptedStatistics),
    ).with_id("LastAcceptedStatistics")
    gate = DistributionGate(
        statistics=statistics.outputs["statistics"],
        schema=schema_gen.outputs["schema"],
        anomalies=validator.outputs["anomalies"],
        previous_statistics=accepted.outputs["accepted_statistics"],
        train_split="train",
        serving_split="eval",
        fail_on_skew=config.fail_on_skew,
    )
    return [statistics, validator, accepted, gate]


def _sample_rate(config: FunnelConfig) -> float | None:
    """Returns the share of the rows to make statistics of, None for all."""
    files = Path(config.data_dir).glob("*/*.parquet")
    rows = sum(pq.read_metadata(path).num_rows for path in files)
    if rows <= config.statistics_rows:
        return None
    return config.statistics_rows / rows


def _training(
    config: FunnelConfig, transform: Transform, run: int
) -> list[Any]:
    """Returns the tuner, if there is to be one, and the trainer."""
    training = TrainingConfig(
        model=config.model,
        model_name=config.pipeline_name,
        backup_dir=os.path.join(config.home, "backup"),
        epochs=config.epochs,
    )
    inputs = {
        "examples": transform.outputs["transformed_examples"],
        "transform_graph": transform.outputs["transform_graph"],
        "train_args": trainer_pb2.TrainArgs(splits=["train"]),
        "eval_args": trainer_pb2.EvalArgs(splits=["dev"]),
    }
    tuners = []
    if config.tuner_trials:
        # Not told the run: what was found on the same data is used again.
        trials = {tuner_lib.TRIALS: config.tuner_trials}
        tuners = [
            Tuner(
                tuner_fn="pipeline.funnel.tuner.tuner_fn",
                custom_config={**dataclasses.asdict(training), **trials},
                **inputs,
            )
        ]
    trainer = Trainer(
        run_fn="pipeline.funnel.trainer.run_fn",
        custom_config={**dataclasses.asdict(training), "run": run},
        hyperparameters=(
            tuners[0].outputs["best_hyperparameters"] if tuners else None
        ),
        **inputs,
    )
    return [*tuners, trainer]


def _judgement(
    config: FunnelConfig, examples: ParquetExampleGen, trainer: Trainer
) -> list[Any]:
    """Returns the steps that push the model if it is good enough."""
    resolver = Resolver(
        strategy_class=LatestBlessedModelStrategy,
        model=Channel(type=standard_artifacts.Model),
        model_blessing=Channel(type=standard_artifacts.ModelBlessing),
    ).with_id("LatestBlessedModel")
    evaluator = ColumnarEvaluator(
        examples=examples.outputs["examples"],
        model=trainer.outputs["model"],
        tasks=columns.TASKS,
        thresholds=config.thresholds,
        baseline_model=resolver.outputs["model"],
        slices=[columns.SLICE_COLUMN],
        example_splits=["eval"],
    ).with_id("Evaluator")
    pusher = AtomicPusher(
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        base_directory=config.serving_dir,
    ).with_id("Pusher")
    return [resolver, evaluator, pusher]
