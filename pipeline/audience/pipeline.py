"""The audience pipeline: campaigns in, a pushed general model out."""

import dataclasses

from tfx.components import Trainer
from tfx.orchestration import pipeline

from pipeline.audience import columns
from pipeline.audience import schema
from pipeline.audience.config import AudienceConfig
from pipeline.audience.evaluation import judgement
from pipeline.audience.training import TrainingConfig
from pipeline.components import curated_schema
from pipeline.components import job_parts
from pipeline.components.parquet_example_gen import ParquetExampleGen


def create_pipeline(config: AudienceConfig, run: int = 1) -> pipeline.Pipeline:
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
        [columns.TASK.of_model()],
    )
    steps, transform = job_parts.checked_and_transformed(
        config,
        examples.outputs["examples"],
        schema.PATH,
        "pipeline.audience.preprocessing.preprocessing_fn",
    )
    last = job_parts.latest_blessed_model()
    training = TrainingConfig(
        model_name=config.pipeline_name,
        backup_dir=config.backup_dir,
        epochs=config.epochs,
        steps=config.steps,
        first_order=config.first_order,
        run=run,
    )
    trainer = Trainer(
        run_fn="pipeline.audience.trainer.run_fn",
        base_model=job_parts.base_model(config, last),
        custom_config=dataclasses.asdict(training),
        **job_parts.training_inputs(transform),
    )
    judged = judgement(
        config,
        examples.outputs["examples"],
        trainer.outputs["model"],
        last.outputs["model"],
    )
    return job_parts.local_pipeline(
        config, [examples, *steps, last, trainer, *judged]
    )
