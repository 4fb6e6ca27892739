"""The settings of the advertiser job."""

import dataclasses
from pathlib import Path
from typing import ClassVar

from pipeline.advertiser.window_settings import WindowSettings
from pipeline.components.job_config import JobConfig
from tfmtl.models.find_model import find_model

_THRESHOLDS = Path(__file__).with_name("thresholds.json")


@dataclasses.dataclass(frozen=True)
class AdvertiserConfig(JobConfig):
    """Where the job reads and writes, and what it trains.

    The data are `<home>/data/{facts,advertisers,scenarios}/*.parquet`.

    Args:
        home: As of `JobConfig`, as are the next seven.
        epochs: Number of epochs, over which the rate of learning falls to 0.
        thresholds: JSON file of what a model must reach to be pushed.
        pipeline_name: Name of the pipeline and of the served model.
        fail_on_skew: Whether the run stops where the data have shifted.
        statistics_rows: Statistics are made of about so many rows.
        warm_start: Whether training begins with the last blessed model.
        beam_pipeline_args: Arguments for Apache Beam as on a command line.
        model: Name of a model class in `tfmtl.models`, or of one of your own,
            `package.module:Class`.
        batch_size: Rows a step.
        workers: Processes that cut windows; from some millions of facts on
            more than one pays.
        last_day: As of `WindowSettings`, as are the next two.
        step: Days between anchors.
        gap: Days between the last label of a set and the next set.
        anchors: JSON file of anchors; "" for a split 8:1:1.
    """

    ENVIRONMENT: ClassVar[str] = "ADVERTISER"
    LEAST: ClassVar[dict[str, int]] = {
        **JobConfig.LEAST,
        "batch_size": 1,
        "workers": 1,
    }

    epochs: int = 3
    thresholds: str = str(_THRESHOLDS)
    pipeline_name: str = "advertiser"
    model: str = "M2M"
    batch_size: int = 256
    workers: int = 1
    last_day: str = ""
    step: int = 7
    gap: int = 7
    anchors: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        find_model(self.model)
        _ = self.windows  # refuses what makes no sense

    @property
    def windows(self) -> WindowSettings:
        """Which windows are cut.

        Raises:
            ValueError: If a setting makes no sense, or the file of anchors
                cannot be read.
        """
        anchors = ""
        if self.anchors:
            # What it holds, not where: the cache must notice a change.
            try:
                anchors = Path(self.anchors).read_text("utf-8")
            except OSError as error:
                raise ValueError(
                    "`anchors` should be the path of a JSON file. "
                    f"Received: anchors={self.anchors!r}, {error.strerror}."
                ) from error
        return WindowSettings(self.last_day, self.step, self.gap, anchors)
