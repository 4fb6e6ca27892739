"""The settings of the funnel job."""

import dataclasses
from pathlib import Path
from typing import ClassVar

from pipeline.components.job_config import JobConfig
from pipeline.funnel import recipes
from tfmtl.models.find_model import find_model

_THRESHOLDS = Path(__file__).with_name("thresholds.json")


@dataclasses.dataclass(frozen=True)
class FunnelConfig(JobConfig):
    """Where the job reads and writes, and what it trains.

    Args:
        home: As of `JobConfig`, as are the next seven.
        epochs: Greatest number of epochs.
        thresholds: JSON file of what a model must reach to be pushed.
        pipeline_name: Name of the pipeline and of the served model.
        fail_on_skew: Whether the run stops where the data have shifted.
        statistics_rows: Statistics are made of about so many rows.
        warm_start: Whether training begins with the last blessed model.
        beam_pipeline_args: Arguments for Apache Beam as on a command line.
        model: Name of a model class in `tfmtl.models`, or of one of your own,
            `package.module:Class`.
        tuner_trials: Number of trainings from which the tuner chooses the
            hyperparameters; 0 for none, then the defaults hold.
    """

    ENVIRONMENT: ClassVar[str] = "FUNNEL"
    LEAST: ClassVar[dict[str, int]] = {**JobConfig.LEAST, "tuner_trials": 0}

    epochs: int = 6
    thresholds: str = str(_THRESHOLDS)
    pipeline_name: str = "funnel"
    model: str = recipes.DEFAULT_MODEL
    tuner_trials: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        find_model(self.model)
