"""What a household did before a campaign: features of each receipt."""

import pandas as pd

from tfmtl.datasets.complete_journey.coverage import before_start

RECEIPT = ["campaign_id", "household_id"]


def household_features(joined: pd.DataFrame) -> pd.DataFrame:
    """Sums up the purchases of the 90 days before each campaign.

    Spend is rounded to cents, for a sum of floats depends on the order of
    the rows. Days since the last purchase look back to 2017-01-01, not only
    90 days.

    Args:
        joined: What `coverage.join_lines` returned.

    Returns:
        One row a campaign and household with purchases before the campaign,
        indexed by both; NaN where there were none in the 90 days.
    """
    window = before_start(joined)
    groups = window.assign(
        coupon_line=window["coupon_disc"] > 0,
        private=window["brand"].eq("Private"),
    ).groupby(RECEIPT)
    features = pd.DataFrame(
        {
            "hh_baskets_90d": groups["basket_id"].nunique(),
            "hh_spend_90d": groups["sales_value"].sum().round(2),
            "hh_stores_90d": groups["store_id"].nunique(),
            "hh_coupon_lines_90d": groups["coupon_line"].sum(),
            "hh_private_share_90d": groups["private"].mean(),
        }
    )
    last = days_since_last(joined).rename("hh_days_since_last")
    return features.join(last, how="outer")


def days_since_last(joined: pd.DataFrame) -> pd.Series:
    """Returns the days from the last purchase to the campaign's start.

    Args:
        joined: What `coverage.join_lines` returned.

    Returns:
        Days, 1 or more, indexed by campaign and household; households that
        had bought nothing before the start are not in it.
    """
    earlier = joined[joined["day"] < joined["start_date"]]
    age = (earlier["start_date"] - earlier["day"]).dt.days
    return age.groupby([earlier[key] for key in RECEIPT]).min()
