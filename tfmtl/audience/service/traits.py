"""What sets some users apart from all of them."""

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature

_UNKNOWN = "unknown"
_SURE = 3.0  # standard errors


@dataclasses.dataclass(frozen=True)
class Trait:
    """A value of a feature that is more or less common among some users.

    Args:
        feature: Name of the feature.
        value: The value in words.
        share: Share of these users who have it.
        pool_share: Share of all users who have it.
    """

    feature: str
    value: str
    share: float
    pool_share: float

    @property
    def ratio(self) -> float:
        """How many times more common it is than among all users."""
        return self.share / self.pool_share

    @property
    def weight(self) -> float:
        """How much it sets them apart: what is rare as well counts less."""
        larger = max(self.share, self.pool_share)
        smaller = max(min(self.share, self.pool_share), 1e-3 * larger)
        return larger * float(np.log(larger / smaller))


@dataclasses.dataclass(frozen=True, eq=False)
class Counts:
    """How many users have each value of each feature.

    Args:
        users: Number of users.
        values: Feature name to the number of users by id; of a number, by the
            quarter of the pool that it falls into.
        edges: Name of each feature that is a number to the ends of quarters.
    """

    users: int
    values: Mapping[str, np.ndarray]
    edges: Mapping[str, np.ndarray]


def count(
    features: Sequence[Feature],
    blocks: Iterable[Mapping[str, np.ndarray]],
    edges: Mapping[str, np.ndarray] | None = None,
) -> Counts:
    """Returns how many users have each value.

    Args:
        features: Features of the user.
        blocks: Columns by name, some users at a time.
        edges: Ends of quarters of the features that are numbers. By default
            they are those of the first block.
    """
    users, totals = 0, {f.name: np.zeros(_size(f), np.int64) for f in features}
    for block in blocks:
        if edges is None:
            edges = {
                f.name: np.quantile(block[f.name], (0.25, 0.5, 0.75))
                for f in features
                if isinstance(f, NumericFeature)
            }
        for feature in features:
            column = np.asarray(block[feature.name])
            if isinstance(feature, NumericFeature):
                column = np.searchsorted(edges[feature.name], column, "left")
            total = totals[feature.name]
            total += _counted(feature, column, len(total))
        users += len(next(iter(block.values())))
    return Counts(users, totals, edges or {})


def traits(
    some: Counts,
    pool: Counts,
    labels: Mapping[str, Mapping[int, str]],
    most: int,
) -> tuple[list[Trait], list[Trait]]:
    """Returns what is more common than among all users, and what is less.

    Differences within three standard errors are left out.

    Args:
        some: Counts of some users.
        pool: Counts of all users.
        labels: Feature name to the words for an id.
        most: How many of each at most.
    """
    found = []
    for name, counts in some.values.items():
        share, pool_share = counts / some.users, pool.values[name] / pool.users
        error = np.sqrt(pool_share * (1 - pool_share) / some.users)
        is_apart = np.abs(share - pool_share) > _SURE * error
        for value in np.flatnonzero(is_apart & (pool_share > 0)).tolist():
            words = _words(name, value, pool, labels)
            pair = float(share[value]), float(pool_share[value])
            found.append(Trait(name, words, *pair))
    found.sort(key=lambda trait: -trait.weight)
    more = [trait for trait in found if trait.share > trait.pool_share]
    less = [trait for trait in found if trait.share < trait.pool_share]
    return more[:most], less[:most]


def _size(feature: Feature) -> int:
    if isinstance(feature, NumericFeature):
        return 4
    return feature.vocabulary_size


def _counted(feature: Feature, column: np.ndarray, size: int) -> np.ndarray:
    if column.ndim == 1:
        return np.bincount(column, minlength=size)[:size]
    ids = np.sort(column, axis=1)
    is_new = np.ones(ids.shape, bool)
    is_new[:, 1:] = ids[:, 1:] != ids[:, :-1]
    if isinstance(feature, CategoricalFeature) and feature.max_length is None:
        return np.bincount(ids[is_new], minlength=size)[:size]
    return np.bincount(ids[is_new & (ids != 0)], minlength=size)[:size]


def _words(
    name: str,
    value: int,
    pool: Counts,
    labels: Mapping[str, Mapping[int, str]],
) -> str:
    if name in pool.edges:
        ends = ["", *(f"{edge:.4g}" for edge in pool.edges[name]), ""]
        low, high = ends[value], ends[value + 1]
        if low and high:
            return f"above {low} to {high}"
        return f"up to {high}" if high else f"above {low}"
    known = labels.get(name, {})
    return known.get(value, _UNKNOWN if value == 0 else f"id {value}")
