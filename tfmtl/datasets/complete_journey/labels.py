"""The three nested labels of the funnel."""

import pandas as pd

LABELS = ("y_category", "y_product", "y_redeem")


def repair_nesting(labels: pd.DataFrame) -> pd.DataFrame:
    """Makes each deeper label imply those above it.

    A redemption without a recorded purchase of a covered product counts as
    one (213 rows), and a covered product as a purchase in its category.

    Args:
        labels: Columns `y_category`, `y_product`, `y_redeem` of 0 and 1.

    Returns:
        A new frame with `y_redeem <= y_product <= y_category` in each row.

    Example:
        >>> repair_nesting(
        ...     pd.DataFrame({"y_category": [0], "y_product": 0, "y_redeem": 1})
        ... ).to_numpy()
        array([[1, 1, 1]])
    """
    deepest_first = labels[list(reversed(LABELS))]
    return deepest_first.cummax(axis=1)[list(LABELS)]


def first_redemptions(redemptions: pd.DataFrame) -> pd.Series:
    """Returns the day on which each coupon was first redeemed.

    Args:
        redemptions: The wheel's `coupon_redemptions`. Some coupons were
            redeemed more than once.

    Returns:
        Dates, indexed by campaign, household and coupon.
    """
    keys = ["campaign_id", "household_id", "coupon_upc"]
    first = redemptions.groupby(keys)["redemption_date"].min()
    return first.dt.date
