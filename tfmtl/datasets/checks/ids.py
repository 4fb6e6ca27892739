"""Keeps ids within their vocabulary."""

import os
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.checks.column_kind import INTEGER
from tfmtl.datasets.checks.columns import check_columns
from tfmtl.features import CategoricalFeature


def clip_ids(
    frame: pd.DataFrame,
    features: Sequence[CategoricalFeature],
    source: str | os.PathLike[str],
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Sets ids outside their vocabulary to 0, the id of the unknown.

    An id is good if `0 <= id < vocabulary_size`. What was changed is counted,
    and reported by one warning.

    Args:
        frame: The table, one id a row in each feature's column. It is left
            as it is.
        features: The categorical features to look at.
        source: Where the table came from, for the message.

    Returns:
        The table with good ids only, and `{feature: number of ids changed}`.

    Raises:
        TableError: There are no rows, or a column is missing, or does not
            hold whole numbers.

    Example:

    >>> city = CategoricalFeature("city", vocabulary_size=3, embedding_dim=4)
    >>> clip_ids(pd.DataFrame({"city": [1, 2]}), [city], "log.csv")[1]
    {'city': 0}
    """
    check_columns(frame, {f.name: INTEGER for f in features}, source)
    counts, clipped, found = {}, {}, []
    for feature in features:
        column = frame[feature.name]
        # A nullable column would become one of Python's integers.
        kind = getattr(column.dtype, "numpy_dtype", column.dtype)
        ids = column.to_numpy(dtype=kind)
        bad = (ids < 0) | (ids >= feature.vocabulary_size)
        counts[feature.name] = int(bad.sum())
        if not counts[feature.name]:
            continue
        row = int(np.argmax(bad))
        clipped[feature.name] = column.mask(bad, 0)
        found.append(
            f"column {feature.name!r}: {counts[feature.name]} outside "
            f"[0, {feature.vocabulary_size}), first in row {row}, "
            f"value {ids[row]}"
        )
    if found:
        warnings.warn(
            f"{source}: Ids outside their vocabulary became 0, the id of the "
            "unknown. If they are many, build the vocabulary anew. "
            f"Received: {'; '.join(found)}.",
            stacklevel=2,
        )
    return frame.assign(**clipped), counts
