"""Words for the ids of features, learned from users before and after."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature

_MOST = 3


def labels_of(
    features: list[Feature] | tuple[Feature, ...],
    raw: pd.DataFrame,
    encoded: Mapping[str, np.ndarray],
) -> dict[str, dict[int, str]]:
    """Returns what the raw values of each id were.

    An id that stands for few texts is named after them, one that stands for
    a range of numbers after its ends.

    Args:
        features: Features of the user.
        raw: Raw columns of some users. A feature is told of by the column of
            its name, or of the beginning of it: `spend_bucket` by `spend`.
            One without gets no words.
        encoded: The same users as the model reads them.

    Returns:
        Feature name to the words for an id; id 0 has none.
    """
    found = {}
    for feature in features:
        name = feature.name
        column = _column_of(name, list(raw.columns))
        is_single = (
            isinstance(feature, CategoricalFeature) and not feature.max_length
        )
        if is_single and column is not None and name in encoded:
            ids = np.asarray(encoded[name]).reshape(-1)
            pairs = raw[column].groupby(ids)
            found[name] = {
                int(key): _words(values.dropna())
                for key, values in pairs
                if key != 0 and len(values.dropna())
            }
    return found


def _column_of(feature: str, columns: list[str]) -> str | None:
    fitting = [c for c in columns if f"{feature}_".startswith(f"{c}_")]
    return max(fitting, key=len) if fitting else None


def _words(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values):
        low, high = values.min(), values.max()
        return _number(low) + ("" if low == high else f" to {_number(high)}")
    texts = sorted(map(str, values.unique()))
    more = ["…"] if len(texts) > _MOST else []
    return ", ".join([*texts[:_MOST], *more])


def _number(value: Any) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
