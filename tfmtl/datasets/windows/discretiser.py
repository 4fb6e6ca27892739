"""Days of history to ids, by buckets that are learned from the train part."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tfmtl.datasets.windows.window_spec import MASK
from tfmtl.features import SequenceFeature

UNKNOWN, NONE, FIRST = 0, 1, 2


class Discretiser:
    """Turns histories into ids, with a bucket of their own for 0 and unknown.

    An id is 0 on a day before the advertiser was known, 1 on a day with none,
    and from 2 on the number of a bucket among equally full ones of what is
    above 0, by `log(1 + value)`.

    Args:
        names: Names of histories.
        buckets: Greatest number of buckets above 0; fewer where values repeat.
        embedding_dim: Width of the vector of a day in each history.

    Raises:
        ValueError: If a method other than `fit` is called first.

    Example:

    >>> train = {"history_clicks": np.array([[0.0, 1.0, 2.0, 9.0]]),
    ...          "mask": np.array([[False, True, True, True]])}
    >>> discretiser = Discretiser(["history_clicks"], buckets=3).fit(train)
    >>> discretiser.encode(train)["history_clicks"]
    array([[0, 2, 3, 4]], dtype=int32)
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        buckets: int = 32,
        embedding_dim: int = 16,
    ) -> None:
        if not names or buckets < 1:
            raise ValueError(
                "There should be one history or more, and one bucket or more. "
                f"Received: names={tuple(names)}, buckets={buckets}."
            )
        self.names = tuple(names)
        self.buckets = buckets
        self.embedding_dim = embedding_dim
        self._boundaries: dict[str, np.ndarray] = {}
        self._length = 0

    def fit(self, samples: Mapping[str, np.ndarray]) -> "Discretiser":
        """Learns the buckets from samples, and returns the object itself.

        Args:
            samples: Samples of the train part.
        """
        shares = np.linspace(0, 1, self.buckets + 1)[1:-1]
        for name in self.names:
            values = samples[name]
            known = np.log1p(values[values > 0].astype(np.float32))
            found = np.quantile(known, shares) if len(known) else []
            self._boundaries[name] = np.unique(found).astype(np.float32)
            self._length = values.shape[1]
        return self

    @property
    def features(self) -> list[SequenceFeature]:
        """The features that `encode` returns the columns of."""
        self._check_fitted()
        return [
            SequenceFeature(
                name, self._length, FIRST + 1 + len(found), self.embedding_dim
            )
            for name, found in self._boundaries.items()
        ]

    def encode(
        self, samples: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Returns ids, `(rows, history)` int32, for each history.

        Args:
            samples: Samples of the same spec.
        """
        self._check_fitted()
        mask = samples[MASK]
        ids = {}
        for name, boundaries in self._boundaries.items():
            values = samples[name].astype(np.float32, copy=False)
            # Most days have none: only the others are looked up.
            above = values > 0
            column = np.where(mask, np.int32(NONE), np.int32(UNKNOWN))
            column[above] = FIRST + np.searchsorted(
                boundaries, np.log1p(values[above]), side="right"
            )
            ids[name] = column
        return ids

    def _check_fitted(self) -> None:
        if not self._boundaries:
            raise ValueError(
                "The discretiser should be fitted first; call `fit(train)`. "
                "Received: no buckets."
            )
