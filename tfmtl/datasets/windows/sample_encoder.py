"""Samples to the columns of a model, learned from the train part."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.table_encoder import TableEncoder
from tfmtl.datasets.windows.discretiser import Discretiser
from tfmtl.datasets.windows.window_spec import WindowSpec
from tfmtl.features import Feature


class SampleEncoder:
    """Histories by a `Discretiser`, attributes by a `TableEncoder`.

    Both learn from the train part only. A category that it does not have, an
    unseen scenario's number, say, is id 0.

    Args:
        spec: What was cut out.
        categories: Names of attributes that are texts or numbers of something,
            such as `"scenario"`.
        numbers: Names of attributes that are amounts.
        buckets: Buckets of an amount and of a day of history.
        day_dim: Width of the vector of a day in each history.
        embedding_dim: Width of the vectors of attributes.

    Raises:
        ValueError: If a method other than `fit` is called first.
        TableError: By `fit` and `encode`, if a column is missing.

    Example:

    >>> spec = WindowSpec(["clicks"], history=2)
    >>> train = {"history_clicks": np.ones((3, 2)), "scenario": [5, 6, 6],
    ...          "mask": np.ones((3, 2), bool)}
    >>> encoder = SampleEncoder(spec, ["scenario"]).fit(train)
    >>> encoder.encode({**train, "scenario": [6, 7, 5]})["scenario"]
    array([2, 0, 1], dtype=int32)
    """

    def __init__(
        self,
        spec: WindowSpec,
        categories: Sequence[str],
        numbers: Sequence[str] = (),
        *,
        buckets: int = 32,
        day_dim: int = 16,
        embedding_dim: int = 16,
    ) -> None:
        self.spec = spec
        self.days = Discretiser(
            spec.histories, buckets=buckets, embedding_dim=day_dim
        )
        self.attributes = TableEncoder(
            categories, numbers, embedding_dim=embedding_dim, buckets=buckets
        )

    def fit(self, train: Mapping[str, np.ndarray]) -> "SampleEncoder":
        """Learns from samples, and returns the encoder itself.

        Args:
            train: Samples of the train part, with attributes.
        """
        self.days.fit(train)
        self.attributes.fit(self._table(train))
        return self

    @property
    def features(self) -> list[Feature]:
        """The features that `encode` returns the columns of."""
        return [*self.days.features, *self.attributes.features]

    @property
    def scenario_features(self) -> tuple[str, ...]:
        """Names of the attributes, as `M2M` takes them."""
        return tuple(feature.name for feature in self.attributes.features)

    def encode(
        self, samples: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Returns a column for each feature.

        Args:
            samples: Samples of the same spec, with attributes.
        """
        return {
            **self.days.encode(samples),
            **self.attributes.encode(self._table(samples)),
        }

    def _table(self, samples: Mapping[str, np.ndarray]) -> pd.DataFrame:
        names = (*self.attributes.categories, *self.attributes.numbers)
        return pd.DataFrame(
            {name: samples[name] for name in names if name in samples}
        )
