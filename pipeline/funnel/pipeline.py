"""The funnel pipeline: raw Parquet in, a validated, pushed model out."""

import dataclasses
from typing import Any

from tfx.components import Trainer
from tfx.components import Transform
from tfx.components import Tuner
from tfx.dsl.components.common.resolver import Resolver
from tfx.orchestration import pipeline

from pipeline.components import curated_schema
from pipeline.components import job_parts
from pipeline.components.parquet_example_gen import ParquetExampleGen
from pipeline.funnel import columns
from pipeline.funnel import schema
from pipeline.funnel import tuner as tuner_lib
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.evaluation import judgement
from pipeline.funnel.training import TrainingConfig


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
        config.data_dir,
        curated_schema.with_domains(columns.COLUMNS, schema.PATH),
        columns.TASKS,
        job_parts.SPLITS,
    )
    steps, transform = job_parts.checked_and_transformed(
        config,
        examples.outputs["examples"],
        schema.PATH,
        "pipeline.funnel.preprocessing.preprocessing_fn",
    )
    last = job_parts.latest_blessed_model()
    fitted = _training(config, transform, last, run)
    judged = judgement(
        config,
        examples.outputs["examples"],
        fitted[-1].outputs["model"],
        last.outputs["model"],
    )
    return job_parts.local_pipeline(
        config, [examples, *steps, last, *fitted, *judged]
    )


def _training(
    config: FunnelConfig, transform: Transform, last: Resolver, run: int
) -> list[Any]:
    """Returns the tuner, if there is to be one, and the trainer."""
    training = TrainingConfig(
        model=config.model,
        model_name=config.pipeline_name,
        backup_dir=config.backup_dir,
        epochs=config.epochs,
    )
    inputs = job_parts.training_inputs(transform)
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
        base_model=job_parts.base_model(config, last),
        custom_config={**dataclasses.asdict(training), "run": run},
        hyperparameters=(
            tuners[0].outputs["best_hyperparameters"] if tuners else None
        ),
        **inputs,
    )
    return [*tuners, trainer]
