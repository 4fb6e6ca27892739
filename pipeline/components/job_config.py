"""What the settings of all jobs have in common."""

import dataclasses
import os
import shlex
from typing import Any
from typing import ClassVar
from typing import TypeVar

_Config = TypeVar("_Config", bound="JobConfig")


def _read_bool(text: str) -> bool:
    words = {"1": True, "true": True, "0": False, "false": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


_READERS = {bool: _read_bool}


@dataclasses.dataclass(frozen=True)
class JobConfig:
    """Where a job reads and writes, and what holds for every job.

    A subclass gives `pipeline_name`, `thresholds` and what else it likes a
    default of its own, names its variables by `ENVIRONMENT`, and the least
    value of numbers by `LEAST`.

    Args:
        home: Folder of everything that the job writes, and of the data,
            `<home>/data/<split>/*.parquet`.
        epochs: Greatest number of epochs.
        thresholds: JSON file of what a model must reach to be pushed.
        pipeline_name: Name of the pipeline and of the served model.
        fail_on_skew: Whether the run stops where the splits, or this run and
            the one before, differ by more than the schema allows.
        statistics_rows: Statistics of a larger table are made of about so
            many rows, drawn by blocks: files should hold rows in any order.

    Raises:
        ValueError: If a setting makes no sense; the message names it.
    """

    ENVIRONMENT: ClassVar[str] = ""
    LEAST: ClassVar[dict[str, int]] = {"epochs": 1, "statistics_rows": 1}

    home: str
    epochs: int = 1
    thresholds: str = ""
    pipeline_name: str = ""
    fail_on_skew: bool = True
    statistics_rows: int = 200_000
    warm_start: bool = False
    beam_pipeline_args: str = "--direct_num_workers=1"

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
        for name, bound in self.LEAST.items():
            if getattr(self, name) < bound:
                raise ValueError(
                    f"`{name}` should be {bound} or more. "
                    f"Received: {name}={getattr(self, name)!r}."
                )
        _ = self.beam_arguments  # refuses what cannot be split
        object.__setattr__(self, "home", os.path.abspath(self.home))

    @classmethod
    def from_environment(cls: type[_Config]) -> _Config:
        """Reads `<ENVIRONMENT>_HOME` and further variables of that beginning.

        `tfx run create` starts a job in a process of its own and passes no
        arguments to it, but does pass the environment.

        Raises:
            ValueError: If the home is not set, or a setting is of the wrong
                type.
        """
        settings: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            variable = f"{cls.ENVIRONMENT}_{field.name.upper()}"
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
                f"The environment variable {cls.ENVIRONMENT}_HOME should name "
                "the folder that holds `data/`; set it. Received: nothing."
            )
        return cls(**settings)

    @property
    def beam_arguments(self) -> list[str]:
        """The arguments for Apache Beam, one by one.

        Raises:
            ValueError: If a quotation is not closed.
        """
        try:
            return shlex.split(self.beam_pipeline_args)
        except ValueError as error:
            raise ValueError(
                "`beam_pipeline_args` should be arguments as on a command "
                "line; close the quotation. Received: "
                f"beam_pipeline_args={self.beam_pipeline_args!r}."
            ) from error

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
    def backup_dir(self) -> str:
        """Folder from which a training that was killed goes on."""
        return os.path.join(self.home, "backup")

    @property
    def metadata_path(self) -> str:
        """SQLite file in which TFX remembers all runs."""
        return os.path.join(self.home, "metadata.sqlite")

    @property
    def log_path(self) -> str:
        """File with what libraries have to say."""
        return os.path.join(self.home, "logs", "run.log")
