"""Finds the value that most rows of a group share."""

import pandas as pd


def most_common(frame: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    """Returns the value that most rows of each group share.

    Args:
        frame: The rows.
        keys: Columns that tell the groups apart.
        column: The column to count. Missing values do not count.

    Returns:
        The values, indexed by the keys. Of equally common ones, the first in
        the order of rows. Groups without any value are not in it.

    Example:
        >>> frame = pd.DataFrame({"store": [1, 1, 1], "brand": ["b", "a", "a"]})
        >>> most_common(frame, ["store"], "brand").to_dict()
        {1: 'a'}
    """
    counts = frame.groupby([*keys, column], sort=False).size()
    ranked = counts.rename("count").reset_index()
    ranked = ranked.sort_values("count", ascending=False, kind="stable")
    return ranked.drop_duplicates(keys).set_index(keys)[column]
