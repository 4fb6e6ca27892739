"""Users by id, and what a model reads of them."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import id_width
from tfmtl.features import pack
from tfmtl.id_kind import id_kind


class UserTable:
    """Columns of users, one row each, found by id.

    Args:
        columns: A data frame, or columns by name: ids and features.
        id_column: Name of the column of ids, whole numbers or text.

    Raises:
        ValueError: If there is no user, no column of ids, an id is missing,
            occurs twice, or is of another type.
    """

    def __init__(self, columns: Any, id_column: str) -> None:
        if id_column not in columns:
            raise ValueError(
                "The users should have a column of ids; name it by "
                f"`id_column`. Received: id_column={id_column!r}, columns "
                f"{sorted(map(str, columns))}."
            )
        self.columns = columns
        self.ids = pd.Index(np.asarray(columns[id_column]))
        if not len(self.ids):
            raise ValueError(
                "There should be at least one user; look at what has split "
                "or filtered the pool. Received: 0 users."
            )
        if self.kind not in ("integer", "string"):
            raise ValueError(
                "Ids should be whole numbers or text, and none missing. "
                f"Received: column {id_column!r} of {self.kind} values, first "
                f"{self.ids[:3].tolist()}."
            )
        check_distinct(self.ids, "Every user should have one row")

    @property
    def kind(self) -> str:
        """What type the ids are of, in words."""
        return id_kind(self.ids)

    def rows_of(self, ids: Any, name: str) -> np.ndarray:
        """Returns the row of each id, -1 where there is none.

        Args:
            ids: Ids.
            name: Name of the argument, for the message.

        Raises:
            ValueError: If they are of another type than those of the users,
                so that none could be found.
        """
        ids = id_index(ids, name)
        kind = id_kind(ids)
        if len(ids) and kind != self.kind:
            raise ValueError(
                f"`{name}` should hold ids of the type that the users' ids "
                f"are of, {self.kind}; convert one of them. Received: {kind} "
                f"values, first {ids[:3].tolist()}."
            )
        return self.ids.get_indexer(ids)

    def has_id_in(self, ids: Any, name: str) -> np.ndarray:
        """Returns for each user whether it is among these ids.

        Args:
            ids: Ids, of the type of the users' ids.
            name: Name of the argument, for the message.
        """
        rows = self.rows_of(ids, name)
        result = np.zeros(len(self.ids), bool)
        result[rows[rows >= 0]] = True
        return result

    def inputs(
        self,
        features: Sequence[Feature],
        campaign: Mapping[str, Any],
        rows: np.ndarray,
    ) -> dict[str, np.ndarray]:
        """Returns packed features of some users, beside those of a campaign.

        Args:
            features: Features of the model.
            campaign: One value for each feature of the campaign.
            rows: Rows of the users.

        Raises:
            ValueError: If a column is missing or not of the feature's type.
        """
        columns = {}
        for feature in features:
            if feature.name in campaign:
                value = np.asarray(campaign[feature.name])
                columns[feature.name] = repeated(feature, value, len(rows))
            else:
                column = np.asarray(self.columns[feature.name])
                columns[feature.name] = column[rows]
        return pack(features, columns)

    def check_features(
        self, features: Sequence[Feature], campaign: Mapping[str, Any]
    ) -> None:
        """Refuses users and a campaign that lack features of the model.

        Args:
            features: Features of the model.
            campaign: One value for each feature of the campaign.

        Raises:
            ValueError: If a feature is missing, has another number of rows or
                a number that is not finite, or the campaign has one that the
                model does not know.
        """
        names = [feature.name for feature in features]
        missing = [
            n for n in names if n not in campaign and n not in self.columns
        ]
        if missing:
            raise ValueError(
                "Every feature of the model should be a column of the users, "
                "or have a value in `campaign`. "
                f"Received: neither for {missing}."
            )
        used = [n for n in names if n not in campaign]
        rows = {name: len(self.columns[name]) for name in used}
        if set(rows.values()) - {len(self.ids)}:
            raise ValueError(
                "All columns should have as many rows as there are ids. "
                f"Received: {len(self.ids)} ids, rows={rows}."
            )
        for feature in features:
            if isinstance(feature, NumericFeature) and feature.name in used:
                self._check_finite(feature.name)
        unknown = sorted(set(campaign) - set(names))
        if unknown:
            raise ValueError(
                f"`campaign` should have features of the model, {names}. "
                f"Received: {unknown}."
            )

    def _check_finite(self, name: str) -> None:
        # Of such a user a score may be finite: a ReLU turns NaN into 0.
        is_bad = ~np.isfinite(np.asarray(self.columns[name], np.float32))
        if is_bad.any():
            raise ValueError(
                "Every user should have finite numbers; write 0 or a mean for "
                f"unknown ones. Received: {is_bad.sum()} in column {name!r} "
                f"that are not, first of users {self.ids[is_bad][:5].tolist()}."
            )


def id_index(ids: Any, name: str) -> pd.Index:
    """Returns ids in one row, or refuses them.

    Args:
        ids: Ids.
        name: Name of the argument, for the message.

    Raises:
        ValueError: If this is no list of ids.
    """
    is_list = isinstance(ids, Iterable) and not isinstance(ids, str | Mapping)
    if is_list and not hasattr(ids, "__array__"):
        ids = list(ids)
    array = np.asarray(ids) if is_list else np.zeros(())
    if array.ndim != 1:
        raise ValueError(
            f"`{name}` should list the ids of users. Received: {name} of type "
            f"{type(ids).__name__}, shape {array.shape}."
        )
    return pd.Index(array)


def joined_ids(seeds: Any, exclude: Any) -> np.ndarray:
    """Returns the ids of both lists.

    Args:
        seeds: Ids.
        exclude: Ids, perhaps none.
    """
    parts = [id_index(seeds, "seeds"), id_index(exclude, "exclude")]
    # No ids at all have another type than ids.
    return np.concatenate([part for part in parts if len(part)])


def check_distinct(ids: pd.Index, rule: str) -> None:
    """Refuses ids that occur more than once.

    Args:
        ids: Ids.
        rule: What should be so, for the message.

    Raises:
        ValueError: If one does.
    """
    repeated = ids[ids.duplicated()].unique()
    if len(repeated):
        raise ValueError(
            f"{rule}; leave out the repeated ones. Received more than once: "
            f"{len(repeated)} ids, first {repeated[:5].tolist()}."
        )


def repeated(feature: Feature, value: np.ndarray, rows: int) -> np.ndarray:
    """Returns a campaign's value of a feature for some users.

    Args:
        feature: The feature.
        value: Its value, or as many as the feature is wide.
        rows: Number of users.

    Raises:
        ValueError: If there are more or fewer values.
    """
    is_list = isinstance(feature, CategoricalFeature) and feature.max_length
    width = id_width(feature) if is_list else 1  # type: ignore[arg-type]
    if value.size != width:
        raise ValueError(
            f"`campaign` should have {width} value(s) of {feature.name!r}. "
            f"Received: {value.tolist()!r}."
        )
    return np.broadcast_to(value.reshape(1, width), (rows, width))
