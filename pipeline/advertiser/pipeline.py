"""The advertiser pipeline: daily facts in, a validated, pushed model out."""

import dataclasses

from tfx.components import Trainer
from tfx.components import Transform
from tfx.dsl.components.common.resolver import Resolver
from tfx.orchestration import pipeline

from pipeline.advertiser import schema
from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.evaluation import judgement
from pipeline.advertiser.training import TrainingConfig
from pipeline.advertiser.window_gen import WindowGen
from pipeline.components import job_parts


def create_pipeline(
    config: AdvertiserConfig, run: int = 1
) -> pipeline.Pipeline:
    """Returns the pipeline.

    Steps that were finished with the same inputs are not run again, so that a
    run that was killed goes on where it was. `run` is among the inputs of the
    trainer: with a new number it trains anew.

    Args:
        config: Folders and settings.
        run: Number of the run.
    """
    examples = WindowGen(config.data_dir, config.windows)
    if config.workers > 1:
        examples.with_beam_pipeline_args(
            [
                f"--direct_num_workers={config.workers}",
                "--direct_running_mode=multi_processing",
            ]
        )
    steps, transform = job_parts.checked_and_transformed(
        config,
        examples.outputs["examples"],
        schema.PATH,
        "pipeline.advertiser.preprocessing.preprocessing_fn",
    )
    last = job_parts.latest_blessed_model()
    trainer = _trainer(config, transform, last, run)
    judged = judgement(
        config,
        examples.outputs["examples"],
        trainer.outputs["model"],
        last.outputs["model"],
    )
    return job_parts.local_pipeline(
        config, [examples, *steps, last, trainer, *judged]
    )


def _trainer(
    config: AdvertiserConfig, transform: Transform, last: Resolver, run: int
) -> Trainer:
    training = TrainingConfig(
        model=config.model,
        model_name=config.pipeline_name,
        backup_dir=config.backup_dir,
        epochs=config.epochs,
        batch_size=config.batch_size,
        run=run,
    )
    return Trainer(
        run_fn="pipeline.advertiser.trainer.run_fn",
        base_model=job_parts.base_model(config, last),
        custom_config=dataclasses.asdict(training),
        **job_parts.training_inputs(transform),
    )
