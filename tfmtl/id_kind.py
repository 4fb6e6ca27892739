"""Of what type ids are."""

from typing import Any

import pandas as pd


def id_kind(ids: Any) -> str:
    """Tells whether ids are whole numbers, text, or nothing that ids can be.

    Args:
        ids: A list, an array or a column.

    Returns:
        "integer" or "string" if all are, and none is missing; "empty" if
        there are none; other words, for a message, of anything else.

    Example:

    >>> id_kind([7, 9]), id_kind(["u7", "u9"]), id_kind(["u7", None])
    ('integer', 'string', 'mixed')
    """
    kind = pd.api.types.infer_dtype(ids, skipna=False)
    # Columns that know missing values are called by what is not missing.
    is_mixed = kind in ("integer", "string") and pd.isna(ids).any()
    return "mixed" if is_mixed else kind
