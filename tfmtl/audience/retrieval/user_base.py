"""All users there are, in files, encoded as the model reads them."""

import os
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tfmtl.audience.retrieval import arrow_arrays
from tfmtl.audience.retrieval.score_function import Scoring
from tfmtl.audience.retrieval.score_function import score_function
from tfmtl.audience.retrieval.shard import Block
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.shard_checks import check_column
from tfmtl.audience.retrieval.shard_checks import check_shards
from tfmtl.audience.retrieval.shard_checks import widths_of
from tfmtl.features import Feature

BLOCK = 65_536


class UserBase:
    """A folder of Parquet files of users, read some rows at a time.

    Every file has the column of ids and one for each of the model's features
    that are the user's: whole numbers for ids of a vocabulary, lists of them
    for features with `max_length`, and numbers. Files whose name starts with
    a point or a line are left aside.

    Args:
        path: The folder.
        id_column: Name of the column of ids, whole numbers or text.

    Attributes:
        kind: What of the users is read.
        shards: The files, by name.
        columns: Names of the columns beside the ids.

    Raises:
        ValueError: If there is no folder, file or user, the files differ in
            their columns, or the ids are neither whole numbers nor text.

    Example:

        users = tfmtl.audience.UserBase("users/")
        for ids, columns in users.batches(features, rows=4096):
            ...
    """

    kind = "features"

    def __init__(
        self, path: str | os.PathLike[str], id_column: str = "user_id"
    ) -> None:
        self.path = Path(path)
        self.id_column = id_column
        self.shards = tuple(map(Shard.open, _files(self.path)))
        check_shards(self.shards, id_column)
        self.columns = tuple(
            name for name in self.shards[0].schema.names if name != id_column
        )
        if not len(self):
            raise ValueError(
                "There should be at least one user; look at what has split or "
                f"filtered them. Received: 0 users in {str(path)!r}."
            )

    def __len__(self) -> int:
        return sum(shard.rows for shard in self.shards)

    @property
    def id_field(self) -> pa.Field:
        """Name and type of the column of ids."""
        field = self.shards[0].schema.field(self.id_column)
        is_coded = pa.types.is_dictionary(field.type)
        return pa.field(
            field.name, field.type.value_type if is_coded else field.type
        )

    @property
    def id_kind(self) -> str:
        """What the ids are, whole numbers or text."""
        return arrow_arrays.kind_of(self.id_field.type)

    def ids(self) -> np.ndarray:
        """Returns the ids of all users, `(users,)`, shard by shard."""
        return np.concatenate([s.ids(self.id_column) for s in self.shards])

    def batches(
        self, features: Sequence[Feature], rows: int
    ) -> Iterator[Block]:
        """Yields ids and columns by name, some users at a time.

        Args:
            features: Features of the user.
            rows: Users at a time; the last ones of a file may be fewer.

        Raises:
            ValueError: If a column is missing or not of its feature's type.
        """
        self.check_features(features)
        for shard in self.shards:
            yield from shard.blocks(self.id_column, widths_of(features), rows)

    def read(self, columns: Sequence[str] | None = None) -> dict[str, Any]:
        """Returns columns of all users at once, the ids among them.

        Args:
            columns: Names of columns beside the ids, None for all.

        Raises:
            ValueError: If there is no such column.
        """
        chosen = self.columns if columns is None else tuple(columns)
        missing = sorted(set(chosen) - set(self.columns))
        if missing:
            raise ValueError(
                f"`columns` should be some of {list(self.columns)}. "
                f"Received: {missing}."
            )
        names = (self.id_column, *chosen)
        parts = [shard.read(names) for shard in self.shards]
        return {name: _stacked([p[name] for p in parts]) for name in names}

    def scoring(self, model: Any, campaign: Mapping[str, Any]) -> Scoring:
        """Returns how these users are read and scored.

        Args:
            model: A `MultiTaskModel` of one binary task.
            campaign: One value for each feature that is the campaign's.

        Raises:
            ValueError: If the model or its features do not fit.
        """
        score = score_function(model, campaign)
        self.check_features(model.features, campaign)
        widths = widths_of(
            [f for f in model.features if f.name not in campaign]
        )
        return Scoring(
            lambda shard: shard.blocks(self.id_column, widths, BLOCK), score
        )

    def check_features(
        self,
        features: Sequence[Feature],
        campaign: Mapping[str, Any] | None = None,
    ) -> None:
        """Refuses users that lack features of the model.

        Args:
            features: Features of the model.
            campaign: The campaign's features, which users need not have.

        Raises:
            ValueError: If a column is missing or not of its feature's type.
        """
        missing = [
            feature.name
            for feature in features
            if feature.name not in (campaign or {})
            and feature.name not in self.columns
        ]
        if missing:
            raise ValueError(
                "Every feature of the model should be a column of the users, "
                "or have a value in `campaign`. "
                f"Received: neither for {missing}; columns "
                f"{sorted(self.columns)}."
            )
        for feature in features:
            if feature.name not in (campaign or {}):
                for shard in self.shards:
                    check_column(feature, shard)


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    files = [path for path in found if not path.name.startswith((".", "_"))]
    if not files:
        raise ValueError(
            "A user base should be a folder with one Parquet file or more, "
            f"named *.parquet. Received: path={str(folder)!r}."
        )
    return files


def _stacked(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Returns parts one below the other, lists filled up to the longest."""
    if parts[0].ndim == 1:
        return np.concatenate(parts)
    width = max(part.shape[1] for part in parts)
    return np.concatenate(
        [np.pad(p, ((0, 0), (0, width - p.shape[1]))) for p in parts]
    )
