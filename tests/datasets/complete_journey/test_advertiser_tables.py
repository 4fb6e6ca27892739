import datetime

import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.advertiser_daily import daily_sales
from tfmtl.datasets.complete_journey.advertiser_promotions_weekly import (
    weekly_placements,
)
from tfmtl.datasets.complete_journey.advertisers import profiles

PLACEMENTS = pd.DataFrame(
    {
        "product_id": [10, 10, 11, 20],
        "store_id": [1, 2, 1, 1],
        "week": [1, 1, 1, 2],
        "display": [True, False, True, False],
        "mailer": [False, True, True, True],
    }
)
MAKERS = pd.DataFrame(
    {"product_id": [10, 11, 20], "manufacturer_id": [5, 5, 6]}
)


def purchases(**columns):
    line = {
        "household_id": 1,
        "store_id": 1,
        "basket_id": 1,
        "product_id": 10,
        "manufacturer_id": 5,
        "quantity": 1,
        "sales_value": 1.0,
        "coupon_disc": 0.0,
        "week": 1,
        "transaction_timestamp": pd.Timestamp("2017-01-02 23:59"),
    }
    rows = len(next(iter(columns.values())))
    return pd.DataFrame(
        {**{name: [value] * rows for name, value in line.items()}, **columns}
    )


def daily(**columns):
    return daily_sales(purchases(**columns), iter([PLACEMENTS]))


def test_a_day_of_a_manufacturer_is_summed_up():
    frame = daily(
        household_id=[1, 1, 2],
        store_id=[3, 3, 4],
        basket_id=[1, 2, 3],
        product_id=[10, 11, 10],
        quantity=[1, 2, 0],
        sales_value=[0.1, 0.2, 1.0],
    )
    assert frame.to_dict("records") == [
        {
            "manufacturer_id": 5,
            "day": datetime.date(2017, 1, 2),
            "scenario": 0,
            "sales_value": 1.3,
            "units": 3,
            "baskets": 3,
            "households": 2,
            "products": 2,
            "stores": 2,
        }
    ]


def test_the_scenario_is_how_the_product_was_promoted_in_that_store():
    frame = daily(product_id=[10, 10, 11, 20], store_id=[1, 2, 1, 1])
    assert frame["scenario"].tolist() == [0, 1, 2, 3]


def test_a_coupon_is_its_own_scenario():
    frame = daily(product_id=[10, 11], coupon_disc=[0.5, 0.5])
    assert frame["scenario"].tolist() == [4]


def test_the_day_after_the_year_is_left_out():
    days = pd.to_datetime(["2017-12-31 22:00", "2018-01-01 04:00"])
    frame = daily(transaction_timestamp=days)
    assert frame["day"].tolist() == [datetime.date(2017, 12, 31)]


def test_placements_in_both_count_in_either():
    frame = weekly_placements(MAKERS, iter([PLACEMENTS]))
    assert frame.to_dict("list") == {
        "manufacturer_id": [5, 6],
        "week": [1, 2],
        "display_placements": [2, 0],
        "mailer_placements": [2, 1],
        "both_placements": [1, 0],
        "stores": [2, 1],
        "products": [2, 1],
    }


def test_placements_do_not_depend_on_the_parts_they_are_read_in():
    parts = [PLACEMENTS[:1], PLACEMENTS[1:3], PLACEMENTS[3:]]
    pd.testing.assert_frame_equal(
        weekly_placements(MAKERS, iter(parts)),
        weekly_placements(MAKERS, iter([PLACEMENTS])),
    )


def test_a_manufacturer_is_described_by_its_catalogue():
    products = pd.DataFrame(
        {
            "product_id": [1, 2, 3, 4],
            "manufacturer_id": [5, 5, 5, 6],
            "department": ["DELI", "MEAT", "MEAT", "FUEL"],
            "brand": ["Private", "National", "National", "National"],
            "product_category": ["HAM", "BEEF", None, None],
        }
    )
    frame = profiles(products).set_index("manufacturer_id")
    assert frame.loc[5].to_dict() == {
        "catalogue_products": 3,
        "main_department": "MEAT",
        "main_category": "HAM",
        "private_share": 1 / 3,
        "categories": 2,
    }
    assert pd.isna(frame.loc[6, "main_category"])
    assert frame.loc[6, "categories"] == 0


def test_parts_of_a_table_are_the_table():
    columns = ["campaign_id", "campaign_type"]
    parts = list(wheel.read_parts("campaign_descriptions", columns, rows=10))
    assert [len(part) for part in parts] == [10, 10, 7]
    whole = wheel.read("campaign_descriptions", columns)
    for name in columns:
        together = [value for part in parts for value in part[name]]
        assert together == whole[name].tolist()
