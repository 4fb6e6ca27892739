"""Columns of a table to ids and scaled numbers, learned from its train part."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature

BUCKET = "{}_bucket"
_SOURCE = "table to encode"


class TableEncoder:
    """Learns vocabularies, buckets and scales from one table, for others.

    A category becomes an id, by the sorted values of the table that the
    encoder was fitted on; values that it has not seen, and missing ones, are
    id 0. A number, not negative as counts and amounts are, enters twice: as
    `(log(1 + number) - mean) / deviation`, missing ones as 0, and as the id of
    its bucket among equally full ones, `{name}_bucket`.

    Args:
        categories: Names of the columns of texts or codes.
        numbers: Names of the columns of numbers.
        embedding_dim: Width of each feature's embedding.
        buckets: Number of buckets of a number, fewer where numbers repeat; 0
            for none.

    Raises:
        ValueError: If a method other than `fit` is called first.
        TableError: By `fit` and `encode`, if a column is missing, or a number
            is infinite, negative or none; by `fit`, if a column of categories
            holds both texts and numbers.

    Example:

    >>> encoder = TableEncoder(["city"], ["price"], buckets=0)
    >>> train = pd.DataFrame({"city": ["b", "a"], "price": [0.0, 3.0]})
    >>> other = pd.DataFrame({"city": ["b", "c"], "price": [3.0, None]})
    >>> encoder.fit(train).encode(other)["city"]
    array([2, 0], dtype=int32)
    """

    def __init__(
        self,
        categories: Sequence[str],
        numbers: Sequence[str],
        *,
        embedding_dim: int = 8,
        buckets: int = 32,
    ) -> None:
        self.categories = tuple(categories)
        self.numbers = tuple(numbers)
        self.embedding_dim = embedding_dim
        self.buckets = buckets
        self._vocabularies: dict[str, pd.Index] = {}
        self._boundaries: dict[str, np.ndarray] = {}
        self._scales: dict[str, tuple[float, float]] = {}

    def fit(self, frame: pd.DataFrame) -> "TableEncoder":
        """Learns from a table, and returns the encoder itself."""
        self._check_columns(frame)
        for name in self.categories:
            self._vocabularies[name] = _sorted_values(frame[name])
        for name in self.numbers:
            logarithms = _logarithms(frame[name])
            known = logarithms[~np.isnan(logarithms)]
            known = known if len(known) else np.zeros(1)
            # A column of one value has no deviation.
            self._scales[name] = (known.mean(), known.std() or 1.0)
            if self.buckets:
                shares = np.linspace(0, 1, self.buckets + 1)[1:-1]
                boundaries = np.unique(np.quantile(known, shares))
                self._boundaries[name] = boundaries
        return self

    @property
    def features(self) -> list[Feature]:
        """The features that `encode` returns the columns of."""
        self._check_fitted()
        sizes = {k: len(v) + 1 for k, v in self._vocabularies.items()}
        for name, boundaries in self._boundaries.items():
            sizes[BUCKET.format(name)] = len(boundaries) + 2
        return [
            *(
                CategoricalFeature(name, size, self.embedding_dim)
                for name, size in sizes.items()
            ),
            *(NumericFeature(name) for name in self.numbers),
        ]

    def encode(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """Returns one column for each feature, as models take them.

        Args:
            frame: A table with the columns of the one fitted on.
        """
        self._check_fitted()
        self._check_columns(frame)
        columns = {}
        for name, vocabulary in self._vocabularies.items():
            places = vocabulary.get_indexer(frame[name])
            columns[name] = (places + 1).astype(np.int32)
        for name in self.numbers:
            logarithms = _logarithms(frame[name])
            missing = np.isnan(logarithms)
            mean, deviation = self._scales[name]
            scaled = np.where(missing, 0.0, (logarithms - mean) / deviation)
            columns[name] = scaled.astype(np.float32)
            if self.buckets:
                ids = np.searchsorted(
                    self._boundaries[name], logarithms, side="right"
                )
                ids = np.where(missing, 0, ids + 1).astype(np.int32)
                columns[BUCKET.format(name)] = ids
        return columns

    def _check_fitted(self) -> None:
        learned = {*self._vocabularies, *self._scales}
        if learned != {*self.categories, *self.numbers}:
            raise ValueError(
                "The encoder should be fitted first; call "
                f"`fit(train)`. Received: fitted on {sorted(learned)}."
            )

    def _check_columns(self, frame: pd.DataFrame) -> None:
        require_columns(frame, [*self.categories, *self.numbers], _SOURCE)
        if not len(frame):
            return
        checks.check_numbers(
            frame, self.numbers, _SOURCE, optional=self.numbers
        )
        for name in self.numbers:
            is_negative = (frame[name] < 0).to_numpy(bool, na_value=False)
            if is_negative.any():
                row = int(np.argmax(is_negative))
                raise checks.TableError.of(
                    _SOURCE,
                    f"Column {name!r} counts or measures, and must not be "
                    "negative.",
                    "Clip or shift it, or cut it into categories.",
                    column=name,
                    count=int(is_negative.sum()),
                    row=row,
                    value=frame[name].iloc[row],
                )


def _sorted_values(column: pd.Series) -> pd.Index:
    try:
        return pd.Index(np.sort(column.dropna().unique()))
    except TypeError as error:
        known = column.notna()
        is_text = column.map(lambda value: isinstance(value, str))
        row = int(np.argmax(known & (is_text != is_text[known].iloc[0])))
        raise checks.TableError.of(
            _SOURCE,
            f"Column {column.name!r} must hold values of one kind.",
            f"Convert it with `frame[{column.name!r}].astype(str)`.",
            column=column.name,
            first=column[known].iloc[0],
            row=row,
            value=column.iloc[row],
        ) from error


def _logarithms(column: pd.Series) -> np.ndarray:
    return np.log1p(column.to_numpy(dtype=np.float64, na_value=np.nan))
