"""The inputs of a model: one list of them is the source of everything else.

Embeddings, parsing, request building and synthetic data are all derived from
a list of features. Id 0 means "unknown or missing" everywhere.
"""

import dataclasses
import numbers
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set
from typing import Any

import keras
import numpy as np

from tfmtl.configurable import Configurable

IDS = "ids"
NUMBERS = "numbers"


def _check_positive(owner: Any, **sizes: int | None) -> None:
    for name, size in sizes.items():
        whole = isinstance(size, numbers.Integral)
        if size is not None and not (whole and size >= 1):
            raise ValueError(
                f"`{name}` of feature {owner.name!r} should be a positive "
                f"integer. Received: {name}={size!r}."
            )


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class CategoricalFeature(Configurable):
    """An id, or a list of ids, out of a vocabulary.

    Args:
        name: Name of the input.
        vocabulary_size: Number of ids, the 0 for "unknown" included.
        embedding_dim: Width of the vector an id is turned into.
        max_length: None for one id a row. Otherwise the row holds up to that
            many ids, padded with 0, and its vector is the mean over the ids
            that are not 0 (the zero vector if there are none).

    Raises:
        ValueError: If a size is not positive.

    Example:

    >>> CategoricalFeature("age_band", vocabulary_size=12, embedding_dim=5)
    CategoricalFeature(name='age_band', vocabulary_size=12, embedding_dim=5,
                       max_length=None)
    """

    name: str
    vocabulary_size: int
    embedding_dim: int
    max_length: int | None = None

    def __post_init__(self) -> None:
        _check_positive(
            self,
            vocabulary_size=self.vocabulary_size,
            embedding_dim=self.embedding_dim,
            max_length=self.max_length,
        )


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class NumericFeature(Configurable):
    """A number, fed to the network as it is: scale it beforehand.

    It has to be finite. `pack` and arrays in `fit`, `evaluate` and `predict`
    are checked, but not tensors, datasets and what a served model is sent:
    there, NaN may become 0 in a ReLU, and the prediction looks like any other.

    Args:
        name: Name of the input.
    """

    name: str


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class SequenceFeature(Configurable):
    """An ordered history of ids, oldest first, padded with 0.

    Args:
        name: Name of the input.
        length: Number of steps.
        vocabulary_size: Number of ids, the 0 for "unknown" included.
        embedding_dim: Width of the vector a step is turned into.

    Raises:
        ValueError: If a size is not positive.
    """

    name: str
    length: int
    vocabulary_size: int
    embedding_dim: int

    def __post_init__(self) -> None:
        _check_positive(
            self,
            length=self.length,
            vocabulary_size=self.vocabulary_size,
            embedding_dim=self.embedding_dim,
        )


Feature = CategoricalFeature | NumericFeature | SequenceFeature


def check_features(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """Returns the features as a tuple, or refuses them.

    Args:
        features: Features of one model.

    Raises:
        ValueError: If this is no list, there are none or other objects, two
            share a name, or one has a name that packed inputs need (`ids`,
            `numbers`).
    """
    features = _as_tuple(features)
    if not features:
        raise ValueError("A model needs at least one feature. Received: [].")
    for feature in features:
        if not isinstance(feature, Feature):
            raise ValueError(
                "Features should be CategoricalFeature, NumericFeature or "
                "SequenceFeature objects, and come before the tasks. "
                f"Received: {feature!r}."
            )
    names = [feature.name for feature in features]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            "Every feature should have a name of its own; rename all but one. "
            f"Received more than once: {repeated}."
        )
    reserved = sorted({IDS, NUMBERS}.intersection(names))
    if reserved:
        raise ValueError(
            "`ids` and `numbers` are the names of packed inputs; rename the "
            f"feature. Received: {reserved}."
        )
    return features


def _as_tuple(features: Iterable[Feature]) -> tuple[Feature, ...]:
    if isinstance(features, Set) or not isinstance(features, Iterable):
        raise ValueError(
            "`features` should be a list, whose order is kept, also of a "
            f"single feature: [feature]. Received: features={features!r}."
        )
    return tuple(features)


def id_width(feature: CategoricalFeature | SequenceFeature) -> int:
    """Returns how many columns of packed ids a feature takes."""
    if isinstance(feature, SequenceFeature):
        return feature.length
    return feature.max_length or 1


def pack(
    features: Sequence[Feature], columns: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Packs one column per feature into two matrices.

    Parsing and copying two wide columns costs a fraction of what many narrow
    ones cost. Every model takes either form.

    Args:
        features: Features of the model.
        columns: Maps each feature's name to `(rows,)` or `(rows, width)`:
            whole numbers for a `CategoricalFeature`, of width `max_length` or
            1, and for a `SequenceFeature`, of width `length`; numbers for a
            `NumericFeature`, of width 1.

    Returns:
        `{"ids": (rows, total width) int64, "numbers": (rows, count) float32}`;
        a matrix that would have no column is left out.

    Raises:
        ValueError: If the features are no list, one has no column, or a
            column has another type or width or another number of rows.

    Example:

    >>> features = [CategoricalFeature("age", 9, 4), NumericFeature("spend")]
    >>> pack(features, {"age": [3, 0], "spend": [0.5, 1.5]})["ids"]
    array([[3],
           [0]])
    """
    features = _as_tuple(features)
    missing = [f.name for f in features if f.name not in columns]
    if missing:
        raise ValueError(
            "Every feature needs a column; add the missing ones. Received "
            f"columns {sorted(columns)}; missing: {missing}."
        )
    groups: dict[str, list[np.ndarray]] = {IDS: [], NUMBERS: []}
    for feature in features:
        column = np.asarray(columns[feature.name])
        if isinstance(feature, NumericFeature):
            matrix = _to_matrix(feature, column, 1, "numbers", "fiub")
            groups[NUMBERS].append(matrix.astype(np.float32))
        else:
            width = id_width(feature)
            # A NaN would become an id, and 1.7 another one.
            matrix = _to_matrix(feature, column, width, "whole numbers", "iub")
            groups[IDS].append(matrix.astype(np.int64))
    rows = {f.name: len(columns[f.name]) for f in features}
    if len(set(rows.values())) > 1:
        raise ValueError(
            "All columns should have the same number of rows. "
            f"Received: rows={rows}."
        )
    return {
        name: np.concatenate(group, axis=1)
        for name, group in groups.items()
        if group
    }


def _to_matrix(
    feature: Feature, column: np.ndarray, width: int, what: str, kinds: str
) -> np.ndarray:
    shape = column.shape
    fits = len(shape) == 2 and shape[1] == width
    fits = fits or (len(shape) == 1 and width == 1)
    if not fits or column.dtype.kind not in kinds:
        raise ValueError(
            f"The column of feature {feature.name!r} should hold {what} in "
            f"shape (rows, {width}); convert it, ids by a vocabulary. "
            f"Received: dtype={column.dtype}, shape={shape}."
        )
    return column.reshape(len(column), width)
