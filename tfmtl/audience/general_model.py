"""A general model as the audience job has pushed it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from tfmtl.audience.encoded_users import write_encoded
from tfmtl.audience.raw_inputs import RawInputs
from tfmtl.models import MultiTaskModel

MODEL_FILE = "assets.extra/general.keras"
ENCODE_USERS = "encode_users"
ENCODE_CAMPAIGN = "encode_campaign"
_ROWS = 8192


class GeneralModel:
    """A pushed version: the Keras model, and how raw values become its ids.

    What the audience job pushes is a SavedModel with two endpoints more than
    a server needs: one that encodes raw columns of users, one that encodes
    those of a campaign, both with the vocabularies and buckets that the model
    was trained on. The model itself lies in it as a `.keras` file, for
    `AudienceExpander` to customise a copy.

    Args:
        model: The Keras model.
        users: Encodes raw columns of users.
        campaigns: Encodes raw columns of campaigns.
        version: Name of the version.

    Attributes:
        model: The Keras model, a `MultiTaskModel` of one binary task.
        version: Name of the version.

    Example:

        general = tfmtl.audience.GeneralModel.latest("serving/audience")
        general.encode_users("users", "encoded")
        campaign = general.encode_campaign({"department": "MEAT"})
    """

    def __init__(
        self,
        model: MultiTaskModel,
        users: RawInputs,
        campaigns: RawInputs,
        version: str,
    ) -> None:
        self.model = model
        self.version = version
        self._users = users
        self._campaigns = campaigns

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> "GeneralModel":
        """Loads a version.

        Args:
            folder: Folder of the version, named after it.

        Raises:
            ValueError: If the folder holds no version of the audience job.
        """
        path = Path(os.path.abspath(folder))
        if not (path / MODEL_FILE).is_file():
            raise ValueError(
                "`folder` should be a version that the audience job has "
                f"pushed, with the file {MODEL_FILE}; run the job, or use "
                "`GeneralModel.latest` for the folder of all versions. "
                f"Received: folder={str(folder)!r}."
            )
        saved = tf.saved_model.load(str(path))
        model = keras.models.load_model(path / MODEL_FILE, compile=False)
        return cls(
            model,
            RawInputs(saved, ENCODE_USERS),
            RawInputs(saved, ENCODE_CAMPAIGN),
            path.name,
        )

    @classmethod
    def latest(cls, folder: str | os.PathLike[str]) -> "GeneralModel":
        """Loads the newest version.

        Args:
            folder: As of `versions`.

        Raises:
            ValueError: If there is none.
        """
        return cls.load(cls.versions(folder)[-1])

    @staticmethod
    def versions(folder: str | os.PathLike[str]) -> list[Path]:
        """Returns the folders of all versions, the oldest first.

        Args:
            folder: Folder with a folder for each version, named by numbers.

        Raises:
            ValueError: If there is none.
        """
        path = Path(os.path.abspath(folder))
        found = [p for p in path.glob("*") if p.name.isdecimal()]
        if not found:
            raise ValueError(
                "`folder` should hold a version that the audience job has "
                "pushed; run the job first, and see why it pushed none. "
                f"Received: folder={str(folder)!r}."
            )
        return sorted(found, key=lambda version: int(version.name))

    @property
    def user_columns(self) -> dict[str, str]:
        """The raw columns of users, and what they hold in words."""
        return self._users.described()

    @property
    def campaign_columns(self) -> dict[str, str]:
        """The raw columns of campaigns, and what they hold in words."""
        return self._campaigns.described()

    def encode(
        self, frame: pd.DataFrame, source: str = "users"
    ) -> dict[str, np.ndarray]:
        """Encodes users: a column for each of their features.

        Missing text and numbers, and texts that training has not seen, become
        id 0.

        Args:
            frame: Raw columns of users; it may have others too.
            source: Where they came from, for messages.

        Returns:
            Feature name to `(rows,)`, or `(rows, max_length)` for those with
            several values.

        Raises:
            ValueError: If a column is missing, or not of its type.
        """
        return self._users.encode(self._users.columns_of(frame, source))

    def encode_campaign(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Encodes a campaign: a value for each of its features.

        Args:
            values: Raw values by column; one left out, or None, is unknown.

        Returns:
            Feature name to an id, or to a list of them.

        Raises:
            ValueError: If there is no such column, or a value is not of its
                type.
        """
        columns = self._campaigns.columns_of_one(values)
        return {
            name: column[0].tolist()
            for name, column in self._campaigns.encode(columns).items()
        }

    def encode_users(
        self,
        raw_folder: str | os.PathLike[str],
        folder: str | os.PathLike[str],
        *,
        id_column: str = "user_id",
        progress: bool = False,
    ) -> Path:
        """Encodes a whole user base, a part of a file at a time.

        The result is written aside and renamed, so that it is there as a
        whole or not at all.

        Args:
            raw_folder: Folder of Parquet files with raw columns and ids.
            folder: Folder to make: a file of the same name for each.
            id_column: Name of the column of ids.
            progress: Whether to show a bar on the terminal.

        Returns:
            The folder, as `UserBase` takes it.

        Raises:
            ValueError: If there is no file or row, a column is missing or
                not of its type, or the folder is there already.
        """
        return write_encoded(
            Path(raw_folder),
            Path(folder),
            self.encode,
            [id_column, *self._users.names],
            _ROWS,
            progress,
        )
