import datetime

import pandas as pd

from tfmtl.datasets.complete_journey import coupons
from tfmtl.datasets.complete_journey import coverage
from tfmtl.datasets.complete_journey import households
from tfmtl.datasets.complete_journey import labels

# One household that received one campaign, from May 1 to May 3.
RECEIPTS = pd.DataFrame(
    {
        "campaign_id": [7],
        "household_id": [1],
        "start_date": pd.to_datetime(["2017-05-01"]),
        "end_date": pd.to_datetime(["2017-05-03"]),
    }
)


def purchases(*days, **columns):
    """One line a day, by the household of RECEIPTS."""
    days = pd.to_datetime(list(days))
    return pd.DataFrame({"household_id": 1, "day": days, **columns})


def joined(*days, **columns):
    return coverage.join_lines(RECEIPTS, purchases(*days, **columns))


def days_of(window):
    return window["day"].dt.strftime("%m-%d").tolist()


def test_history_ends_the_day_before_the_start():
    window = coverage.before_start(joined("2017-04-30", "2017-05-01"))
    assert days_of(window) == ["04-30"]


def test_history_reaches_back_ninety_days():
    window = coverage.before_start(joined("2017-01-30", "2017-01-31"))
    assert days_of(window) == ["01-31"]


def test_the_label_window_holds_first_and_last_day():
    days = ["2017-04-30", "2017-05-01", "2017-05-03", "2017-05-04"]
    assert days_of(coverage.during(joined(*days))) == ["05-01", "05-03"]


def test_counts_only_lines_that_the_coupon_covers():
    window = joined(*["2017-04-01"] * 4, product_id=[5, 5, 6, 9])
    covers = pd.DataFrame(
        {"campaign_id": 7, "coupon_upc": [1, 1, 2], "product_id": [5, 6, 8]}
    )
    counts = coverage.count_lines(window, covers, "product_id")
    assert counts.to_dict() == {(7, 1, 1): 3}


def test_a_product_without_category_counts_for_no_category():
    window = joined(*["2017-04-01"] * 2, product_category=["MILK", None])
    covers = pd.DataFrame(
        {"campaign_id": 7, "coupon_upc": [1], "product_category": ["MILK"]}
    )
    counts = coverage.count_lines(window, covers, "product_category")
    assert counts.to_dict() == {(7, 1, 1): 1}


def test_sums_up_a_household_before_the_campaign():
    lines = joined(
        "2017-01-05",
        "2017-04-20",
        "2017-04-21",
        "2017-04-21",
        "2017-04-21",
        "2017-05-01",
        basket_id=[1, 2, 3, 3, 3, 4],
        store_id=[1, 1, 2, 2, 2, 3],
        sales_value=[9.0, 0.1, 0.2, 0.3, 1.0, 9.0],
        coupon_disc=[1.0, 0.5, 0.0, 0.0, 0.0, 1.0],
        brand=["Private", "Private", "National", None, "National", "Private"],
    )
    features = households.household_features(lines)
    assert features.loc[(7, 1)].to_dict() == {
        "hh_baskets_90d": 2,
        "hh_spend_90d": 1.6,
        "hh_stores_90d": 2,
        "hh_coupon_lines_90d": 1,
        "hh_private_share_90d": 0.25,
        "hh_days_since_last": 10,
    }


def test_days_since_last_looks_back_more_than_ninety_days():
    ages = households.days_since_last(joined("2017-01-01", "2017-05-01"))
    assert ages.to_dict() == {(7, 1): 120}


def test_describes_a_coupon_by_its_products():
    pairs = pd.DataFrame(
        {"campaign_id": 7, "coupon_upc": 1, "product_id": [1, 1, 2, 3, 99]}
    )
    catalogue = pd.DataFrame(
        {
            "product_id": [1, 2, 3],
            "manufacturer_id": [10, 20, 20],
            "department": ["GROCERY"] * 3,
            "brand": ["Private", "National", "National"],
            "product_category": ["MILK", "BREAD", None],
        }
    )
    covered = coupons.covered_products(pairs, catalogue)
    assert coupons.coupon_features(covered).loc[(7, 1)].to_dict() == {
        "coupon_department": "GROCERY",
        "coupon_category": "MILK",  # as common as BREAD, and first
        "coupon_manufacturer": 20,
        "coupon_n_products": 4,
        "coupon_n_categories": 2,
        "coupon_n_manufacturers": 2,
        "coupon_private_share": 0.25,
    }


def test_a_redemption_implies_product_and_category():
    frame = pd.DataFrame(
        [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]],
        columns=labels.LABELS,
    )
    repaired = labels.repair_nesting(frame)
    assert repaired.to_numpy().tolist() == [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
        [1, 1, 1],
    ]


def test_keeps_the_first_redemption_of_a_coupon():
    frame = pd.DataFrame(
        {
            "campaign_id": 7,
            "household_id": 1,
            "coupon_upc": 5,
            "redemption_date": pd.to_datetime(["2017-05-03", "2017-05-02"]),
        }
    )
    first = labels.first_redemptions(frame)
    assert first.to_dict() == {(7, 1, 5): datetime.date(2017, 5, 2)}
