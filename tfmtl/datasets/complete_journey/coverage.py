"""Counts purchases of what a coupon covers, in a window of days."""

import pandas as pd

EXPOSURE = ["campaign_id", "household_id", "coupon_upc"]


def join_lines(receipts: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Puts the purchases of a household beside each campaign it received.

    Args:
        receipts: One row a campaign and household: `campaign_id`,
            `household_id`, `start_date`, `end_date`.
        lines: One row a purchase: `household_id`, `day`, and what else is to
            be kept.

    Returns:
        One row a receipt and purchase, all days of the year.
    """
    keys = ["campaign_id", "household_id", "start_date", "end_date"]
    return receipts[keys].merge(lines, on="household_id")


def before_start(joined: pd.DataFrame, days: int = 90) -> pd.DataFrame:
    """Keeps the purchases of the last days before the campaign.

    The window is `start_date - days <= day < start_date`: the first day of
    the campaign itself is not in it.

    Args:
        joined: What `join_lines` returned.
        days: Length of the window.

    Returns:
        The rows in the window.
    """
    age = (joined["start_date"] - joined["day"]).dt.days
    return joined[(age >= 1) & (age <= days)]


def during(joined: pd.DataFrame) -> pd.DataFrame:
    """Keeps the purchases inside the campaign, its last day included.

    Args:
        joined: What `join_lines` returned.

    Returns:
        The rows in the window.
    """
    day = joined["day"]
    return joined[(day >= joined["start_date"]) & (day <= joined["end_date"])]


def count_lines(
    window: pd.DataFrame, coverage: pd.DataFrame, on: str
) -> pd.Series:
    """Counts the purchases that each coupon covers.

    Args:
        window: Purchases of a window, with `campaign_id`, `household_id` and
            the column `on`.
        coverage: What coupons cover: `campaign_id`, `coupon_upc` and `on`,
            each once.
        on: Column by which they are covered, `"product_id"` or
            `"product_category"`. Purchases that lack it count for nothing.

    Returns:
        Counts indexed by campaign, household and coupon; exposures without
        such a purchase are not in it.
    """
    bought = window.dropna(subset=[on])
    bought = bought.groupby(["campaign_id", "household_id", on]).size()
    pairs = bought.rename("lines").reset_index()
    pairs = pairs.merge(coverage, on=["campaign_id", on])
    return pairs.groupby(EXPOSURE)["lines"].sum()
