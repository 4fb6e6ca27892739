"""The words of names as ids, which tell something of names never seen."""

import re
from collections.abc import Iterable

import numpy as np

from tfmtl.features import CategoricalFeature

_MOST_WORDS = 4


class NameWords:
    """Ids of the words of names in capital letters, the first four of each.

    Args:
        names: The names to learn the words from; others get id 0.

    Example:

    >>> words = NameWords(["CAT FOOD", "CAT LITTER"])
    >>> words.encode(["DOG FOOD/CAT"])["words"]
    array([[0, 2, 1, 0]], dtype=int32)
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = sorted({word for name in names for word in _words(name)})
        self._ids = {word: place for place, word in enumerate(known, start=1)}

    def feature(self, embedding_dim: int) -> CategoricalFeature:
        """Returns the feature of the words.

        Args:
            embedding_dim: Width of a word's embedding.
        """
        size = len(self._ids) + 1
        return CategoricalFeature("words", size, embedding_dim, _MOST_WORDS)

    def encode(self, names: Iterable[str]) -> dict[str, np.ndarray]:
        """Returns the column of the feature.

        Args:
            names: The names.
        """
        rows = [
            [self._ids.get(word, 0) for word in _words(name)[:_MOST_WORDS]]
            for name in names
        ]
        padded = [row + [0] * (_MOST_WORDS - len(row)) for row in rows]
        return {"words": np.array(padded, np.int32).reshape(-1, _MOST_WORDS)}


def _words(name: str) -> list[str]:
    return re.findall("[A-Z]+", name)
