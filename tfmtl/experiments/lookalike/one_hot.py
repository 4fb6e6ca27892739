"""Users as sparse vectors, one place for every id."""

from typing import Any

import numpy as np

from tfmtl.experiments.lookalike.population import Population
from tfmtl.features import IDS
from tfmtl.features import NUMBERS
from tfmtl.features import NumericFeature
from tfmtl.features import id_width


def one_hot(population: Population) -> Any:
    """Returns a SciPy matrix with a row for each user.

    An id is 1 in its place, a list of ids the mean of theirs, where the
    padding with 0 does not count; a number is itself.

    Args:
        population: The users.

    Example:

    >>> feature = tfmtl.CategoricalFeature("age", 4, embedding_dim=2)
    >>> users = Population([feature], [], {"age": np.array([3, 1])})
    >>> one_hot(users).toarray()
    array([[0., 0., 0., 1.],
           [0., 1., 0., 0.]])
    """
    from scipy import sparse

    packed = population.users(np.arange(len(population)))
    rows = np.arange(len(population))
    parts, end = [], 0
    for feature in population.user_features:
        if isinstance(feature, NumericFeature):
            continue
        width = id_width(feature)
        ids = packed[IDS][:, end : end + width]
        end += width
        kept = (ids > 0) if width > 1 else np.ones_like(ids)
        share = kept / np.maximum(kept.sum(1, keepdims=True), 1)
        places = (share.ravel(), (np.repeat(rows, width), ids.ravel()))
        shape = (len(rows), feature.vocabulary_size)
        parts.append(sparse.csr_matrix(places, shape))
    if NUMBERS in packed:
        parts.append(sparse.csr_matrix(packed[NUMBERS]))
    return sparse.hstack(parts, format="csr")
