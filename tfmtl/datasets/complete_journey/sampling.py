"""Draws whole households, always the same ones."""

import numpy as np
import pandas as pd

from tfmtl.datasets.hashing import hash_ids


def sample_households(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Keeps whole households until there are at least so many rows.

    Households are taken in the order of a hash of their id, so that a sample
    is the same on every machine, favours no id, and holds every smaller one.

    Args:
        frame: Any table with `household_id`.
        rows: The least number of rows to keep.

    Returns:
        The rows of the chosen households, in the order of `frame`, with a
        fresh index.

    Raises:
        ValueError: If `rows` is not an int from 1 to the rows of `frame`.
    """
    if (
        isinstance(rows, bool)
        or not isinstance(rows, int | np.integer)
        or not 1 <= rows <= len(frame)
    ):
        raise ValueError(
            f"`rows` must be an int from 1 to {len(frame)}; leave it out for "
            f"all rows. Received: rows={rows!r}."
        )
    sizes = frame["household_id"].value_counts()
    sizes = sizes.iloc[np.argsort(hash_ids(sizes.index.to_numpy()))]
    enough = int(np.searchsorted(sizes.cumsum().to_numpy(), rows)) + 1
    chosen = frame["household_id"].isin(sizes.index[:enough])
    return frame[chosen].reset_index(drop=True)
