"""Steps that pipelines of all jobs have in common."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfx.components import ExampleValidator
from tfx.components import Transform
from tfx.components.schema_gen.import_schema_gen.component import (
    ImportSchemaGen,
)
from tfx.dsl.components.base.base_component import BaseComponent
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
from tfx.types import BaseChannel
from tfx.types import Channel
from tfx.types import standard_artifacts

from pipeline.components.accepted_statistics import AcceptedStatistics
from pipeline.components.atomic_pusher import AtomicPusher
from pipeline.components.distribution_gate import DistributionGate
from pipeline.components.job_config import JobConfig
from pipeline.components.sampled_statistics_gen import SampledStatisticsGen
from pipeline.components.source_digest import source_digest
from tfmtl.files import write_text

TRAIN, DEV, EVAL = "train", "dev", "eval"
SPLITS = (TRAIN, DEV, EVAL)


def checked_and_transformed(
    config: JobConfig,
    examples: BaseChannel,
    schema_path: Path,
    preprocessing_fn: str,
) -> tuple[list[Any], Transform]:
    """Returns the steps from raw examples to transformed ones.

    They stop the run on data that is not as the schema says, or not as the
    data of the run before; only then is anything learned from it.

    Args:
        config: The settings of the job.
        examples: Channel of `Examples` with the splits `SPLITS`.
        schema_path: The curated schema.
        preprocessing_fn: Dotted name of the function.

    Returns:
        All steps, and the last one of them, which transforms train and dev:
        the evaluation split is never seen by it, and stays raw.
    """
    schema_gen = ImportSchemaGen(
        schema_file=_named_by_content(schema_path, config)
    )
    schema = schema_gen.outputs["schema"]
    statistics = SampledStatisticsGen(
        examples=examples, schema=schema, rows=config.statistics_rows
    ).with_id("StatisticsGen")
    validator = ExampleValidator(
        statistics=statistics.outputs["statistics"], schema=schema
    )
    accepted = Resolver(
        strategy_class=LatestArtifactStrategy,
        accepted_statistics=Channel(type=AcceptedStatistics),
    ).with_id("LastAcceptedStatistics")
    gate = DistributionGate(
        statistics=statistics.outputs["statistics"],
        schema=schema,
        anomalies=validator.outputs["anomalies"],
        previous_statistics=accepted.outputs["accepted_statistics"],
        train_split=TRAIN,
        serving_split=EVAL,
        fail_on_skew=config.fail_on_skew,
    )
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn=preprocessing_fn,
        # The function does not take it: it is there for the cache to see.
        custom_config={"sources": source_digest(preprocessing_fn)},
        splits_config=transform_pb2.SplitsConfig(
            analyze=[TRAIN], transform=[TRAIN, DEV]
        ),
        disable_statistics=True,
        disable_analyzer_cache=True,
    )
    transform.add_upstream_node(gate)
    steps = [schema_gen, statistics, validator, accepted, gate, transform]
    return steps, transform


def latest_blessed_model() -> Resolver:
    """Returns the step that finds the last blessed model, if there is one."""
    return Resolver(
        strategy_class=LatestBlessedModelStrategy,
        model=Channel(type=standard_artifacts.Model),
        model_blessing=Channel(type=standard_artifacts.ModelBlessing),
    ).with_id("LatestBlessedModel")


def training_inputs(transform: Transform) -> dict[str, Any]:
    """Returns what a trainer or a tuner learns from, and stops early by.

    Args:
        transform: The step that transforms train and dev.
    """
    return {
        "examples": transform.outputs["transformed_examples"],
        "transform_graph": transform.outputs["transform_graph"],
        "train_args": trainer_pb2.TrainArgs(splits=[TRAIN]),
        "eval_args": trainer_pb2.EvalArgs(splits=[DEV]),
    }


def base_model(config: JobConfig, last: Resolver) -> BaseChannel | None:
    """Returns the model that a trainer begins with, or None for none.

    Args:
        config: The settings of the job.
        last: The step that finds the last blessed model.
    """
    return last.outputs["model"] if config.warm_start else None


def pusher(
    config: JobConfig, model: BaseChannel, evaluator: BaseComponent
) -> AtomicPusher:
    """Returns the step that pushes a model if it was blessed.

    Args:
        config: The settings of the job.
        model: Channel of the `Model` that the evaluator judged.
        evaluator: The step that blesses it or not.
    """
    return AtomicPusher(
        model=model,
        model_blessing=evaluator.outputs["blessing"],
        base_directory=config.serving_dir,
    ).with_id("Pusher")


def local_pipeline(
    config: JobConfig, components: Sequence[Any]
) -> pipeline.Pipeline:
    """Returns a pipeline for this machine.

    Steps that were finished with the same inputs are not run again, so that
    a run that was killed goes on where it was.

    Args:
        config: Folders and settings.
        components: The steps.
    """
    return pipeline.Pipeline(
        pipeline_name=config.pipeline_name,
        pipeline_root=config.pipeline_root,
        components=list(components),
        enable_cache=True,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(
            config.metadata_path
        ),
        beam_pipeline_args=config.beam_arguments,
    )


def _named_by_content(path: Path, config: JobConfig) -> str:
    """Copies a file to where its name tells what it holds.

    TFX's cache knows the schema by its path only: a run after a change of the
    file would go on with what it held before.
    """
    text = path.read_text("utf-8")
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    copy = Path(config.home, "schema", digest, path.name)
    if not copy.exists():
        write_text(copy, text)
    return str(copy)
