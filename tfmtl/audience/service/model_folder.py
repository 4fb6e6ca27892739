"""The files of one version of a campaign's model."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from tfmtl.audience.service.held_out_users import HeldOutUsers
from tfmtl.audience.service.version_report import VersionReport
from tfmtl.files import new_folder

_MODEL = "model.keras"
_REPORT = "report.json"
_HELD_OUT = "held_out.parquet"
_ROWS = "rows.parquet"


@dataclasses.dataclass(frozen=True)
class ModelFolder:
    """A folder with a model, its report, and whom it knows and is judged by.

    It is there in full or not at all.

    Args:
        path: The folder.
    """

    path: Path

    def exists(self) -> bool:
        """Tells whether it is there."""
        return self.path.is_dir()

    def write(
        self,
        model: Any,
        report: VersionReport,
        judged: HeldOutUsers,
        rows: pd.DataFrame,
    ) -> None:
        """Writes all of it.

        Args:
            model: The Keras model.
            report: How it came to be.
            judged: Whom it is judged by.
            rows: Whom it was trained on: `user_id`, `label`.
        """
        with new_folder(self.path) as folder:
            model.save(folder / _MODEL)
            judged.save(folder / _HELD_OUT)
            rows.to_parquet(folder / _ROWS, index=False)
            (folder / _REPORT).write_text(report.to_json(), "utf-8")

    def model(self) -> Any:
        """Returns the model, compiled with the optimizer it was left with."""
        return keras.models.load_model(self.path / _MODEL)

    def report(self) -> VersionReport:
        """Returns how it came to be."""
        return VersionReport.from_json((self.path / _REPORT).read_text("utf-8"))

    def held_out(self) -> HeldOutUsers:
        """Returns whom it is judged by, with its scores."""
        return HeldOutUsers.load(self.path / _HELD_OUT)

    def rows(self) -> pd.DataFrame:
        """Returns whom it was trained on: `user_id`, `label`."""
        return pd.read_parquet(self.path / _ROWS)
