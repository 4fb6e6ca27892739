"""The settings of the funnel job."""

import dataclasses
import os
from pathlib import Path
from typing import Any

from pipeline.funnel import recipes
from tfmtl.models.find_model import find_model

_THRESHOLDS = Path(__file__).with_name("thresholds.json")


def _read_bool(text: str) -> bool:
    words = {"1": True, "true": True, "0": False, "false": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


_READERS = {bool: _read_bool}


@dataclasses.dataclass(frozen=True)
class FunnelConfig:
    """Where the job reads and writes, and what it trains.

    Args:
        home: Folder of everything that the job writes, and of the data,
            `<home>/data/<split>/*.parquet`.
        model: Name of a model class in `tfmtl.models`.
        epochs: Greatest number of epochs.
        thresholds: JSON file of what a model must reach to be pushed.
        pipeline_name: Name of the pipeline and of the served model.
        fail_on_skew: Whether the run stops where the splits, or this run and
            the one before, differ by more than the schema allows.
        statistics_rows: Statistics of a larger table are made of about so
            many rows, drawn by blocks: files should hold rows in any order.
        tuner_trials: Number of trainings from which the tuner chooses the
            hyperparameters; 0 for none, then the defaults hold.
    """

    home: str
    model: str = recipes.DEFAULT_MODEL
    epochs: int = 6
    thresholds: str = str(_THRESHOLDS)
    pipeline_name: str = "funnel"
    fail_on_skew: bool = True
    statistics_rows: int = 200_000
    tuner_trials: int = 0

    def __post_init__(self) -> None:
        if not self.home:
            raise ValueError(
                "`home` should name the folder that holds `data/`. "
                f"Received: home={self.home!r}."
            )
        if not os.path.isfile(self.thresholds):
            raise ValueError(
                "`thresholds` should be the path of a JSON file. "
                f"Received: thresholds={self.thresholds!r}."
            )
        least = {"epochs": 1, "statistics_rows": 1, "tuner_trials": 0}
        for name, bound in least.items():
            if getattr(self, name) < bound:
                raise ValueError(
                    f"`{name}` should be {bound} or more. "
                    f"Received: {name}={getattr(self, name)!r}."
                )
        object.__setattr__(self, "home", os.path.abspath(self.home))
        find_model(self.model)

    @classmethod
    def from_environment(cls) -> "FunnelConfig":
        """Reads `FUNNEL_HOME`, `FUNNEL_MODEL` and further `FUNNEL_*`.

        `tfx run create` starts the job in a process of its own and passes no
        arguments to it, but does pass the environment.

        Raises:
            ValueError: If `FUNNEL_HOME` is not set, or a setting is of the
                wrong type.
        """
        settings: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            variable = f"FUNNEL_{field.name.upper()}"
            if variable not in os.environ:
                continue
            text = os.environ[variable]
            kind: Any = field.type
            try:
                settings[field.name] = _READERS.get(kind, kind)(text)
            except ValueError as error:
                raise ValueError(
                    f"The environment variable {variable} should be of type "
                    f"{kind.__name__}. Received: {text!r}."
                ) from error
        if "home" not in settings:
            raise ValueError(
                "The environment variable FUNNEL_HOME should name the folder "
                "that holds `data/`; set it. Received: nothing."
            )
        return cls(**settings)

    @property
    def data_dir(self) -> str:
        """Folder with a folder of Parquet files per split."""
        return os.path.join(self.home, "data")

    @property
    def serving_dir(self) -> str:
        """Folder with a folder per pushed version."""
        return os.path.join(self.home, "serving", self.pipeline_name)

    @property
    def pipeline_root(self) -> str:
        """Folder of the components' outputs."""
        return os.path.join(self.home, "artifacts")

    @property
    def metadata_path(self) -> str:
        """SQLite file in which TFX remembers all runs."""
        return os.path.join(self.home, "metadata.sqlite")

    @property
    def log_path(self) -> str:
        """File with what libraries have to say."""
        return os.path.join(self.home, "logs", "run.log")
