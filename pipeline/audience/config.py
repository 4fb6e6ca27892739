"""The settings of the audience job."""

import dataclasses
from pathlib import Path
from typing import ClassVar

from pipeline.components.job_config import JobConfig

_THRESHOLDS = Path(__file__).with_name("thresholds.json")


@dataclasses.dataclass(frozen=True)
class AudienceConfig(JobConfig):
    """Where the job reads and writes, and how it trains.

    Args:
        home: As of `JobConfig`, as are the next seven.
        epochs: Greatest number of epochs.
        thresholds: JSON file of what a model must reach to be pushed.
        pipeline_name: Name of the pipeline and of the served model.
        fail_on_skew: Whether the run stops where the data have shifted.
        statistics_rows: Statistics are made of about so many rows.
        warm_start: Whether training begins with the last blessed model.
        beam_pipeline_args: Arguments for Apache Beam as on a command line.
        steps: Steps of an epoch, each of several campaigns.
        first_order: Whether the meta-gradient leaves out second derivatives,
            which is faster.

    Example:

        AudienceConfig(home="runs/audience", epochs=2, warm_start=False)
    """

    ENVIRONMENT: ClassVar[str] = "AUDIENCE"
    LEAST: ClassVar[dict[str, int]] = {**JobConfig.LEAST, "steps": 1}

    epochs: int = 6
    thresholds: str = str(_THRESHOLDS)
    pipeline_name: str = "audience"
    # Users come again in every campaign: fewer rows tell as much.
    statistics_rows: int = 60_000
    warm_start: bool = True
    steps: int = 60
    first_order: bool = False
