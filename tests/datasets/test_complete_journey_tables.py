"""The tables of the audience and advertiser jobs, built from all the data."""

import datetime
import time

import pandas as pd
import pytest

from tfmtl.datasets import complete_journey

pytestmark = pytest.mark.slow

# What data/complete_journey/README.md of the specification prints: type,
# distinct values, share of missing ones, first row. Where the numbers here
# are other ones, a comment says why.
STATISTICS = {
    "advertiser_daily": {
        "manufacturer_id": ("int64", 5_307, 0.0, 2),
        "day": ("object", 364, 0.0, datetime.date(2017, 1, 1)),
        "scenario": ("int8", 5, 0.0, 0),
        "sales_value": ("float64", 11_970, 0.0, 311.9),
        "units": ("int32", 790, 0.0, 227),
        "baskets": ("int32", 302, 0.0, 85),
        "households": ("int32", 282, 0.0, 83),
        "products": ("int32", 376, 0.0, 61),
        "stores": ("int32", 110, 0.0, 53),
    },
    "advertiser_promotions_weekly": {
        "manufacturer_id": ("int64", 3_429, 0.0, 2),
        "week": ("int64", 53, 0.0, 1),
        "display_placements": ("int32", 2_097, 0.0, 0),
        "mailer_placements": ("int32", 2_664, 0.0, 1_790),
        "both_placements": ("int32", 1_319, 0.0, 0),
        "stores": ("int32", 110, 0.0, 107),
        "products": ("int32", 476, 0.0, 17),
    },
    "advertisers": {
        "manufacturer_id": ("int64", 6_471, 0.0, 2),
        "catalogue_products": ("int64", 197, 0.0, 1_410),
        "main_department": ("object", 21, 0.0, "PRODUCE"),
        "main_category": ("object", 281, 0.019, "VEGETABLES - ALL OTHERS"),
        "private_share": ("float64", 2, 0.0, 0.0),
        "categories": ("int64", 29, 0.0, 72),
    },
    "lookalike_tasks": {
        "task_id": ("int64", 251, 0.0, 1),
        "product_category": ("object", 251, 0.0, "AIR CARE"),
        "household_id": ("int64", 2_393, 0.0, 3),
        "label": ("int8", 2, 0.0, 0),
    },
    # The specification counts sums that differ in their last bits, so more
    # of them: 2,386 of h1_spend; 2,349, 2,116, 731, 2,004, 1,817, 1,630,
    # 1,369, 528, 969, 665, 539 and 263 of the departments in their order.
    "lookalike_users": {
        "household_id": ("int64", 2_393, 0.0, 1),
        "h1_baskets": ("int64", 174, 0.0, 22),
        "h1_spend": ("float64", 2_377, 0.0, 1_242.24),
        "h1_categories": ("int64", 172, 0.0, 93),
        "h1_stores": ("int64", 14, 0.0, 1),
        "h1_main_store": ("int64", 153, 0.0, 436),
        # 143 in the specification, which does not say what it does with ties.
        "h1_top_category": ("object", 147, 0.0, "BAKED BREAD/BUNS/ROLLS"),
        "h1_private_share": ("float64", 1_827, 0.0, 0.11646586345381527),
        "h1_coupon_lines": ("int64", 80, 0.0, 44),
        "h1_recency": ("int64", 148, 0.0, 2),
        "spend_grocery": ("float64", 2_335, 0.0, 751.68),
        "spend_drug_gm": ("float64", 2_077, 0.0, 139.68),
        "spend_fuel": ("float64", 726, 0.0, 0.0),
        "spend_produce": ("float64", 1_940, 0.0, 106.87),
        "spend_meat": ("float64", 1_773, 0.0, 0.0),
        "spend_meat_pckgd": ("float64", 1_584, 0.0, 107.87),
        "spend_deli": ("float64", 1_333, 0.0, 55.97),
        "spend_miscellaneous": ("float64", 523, 0.0, 10.0),
        "spend_pastry": ("float64", 947, 0.0, 31.9),
        "spend_nutrition": ("float64", 655, 0.0, 27.5),
        "spend_seafood_pckgd": ("float64", 533, 0.0, 0.0),
        "spend_floral": ("float64", 247, 0.0, 7.99),
        "age": ("object", 6, 0.666, "65+"),
        "income": ("object", 12, 0.666, "35-49K"),
        "home_ownership": ("object", 4, 0.763, "Homeowner"),
        "marital_status": ("object", 2, 0.723, "Married"),
        "household_size": ("object", 5, 0.666, "2"),
        "household_comp": ("object", 4, 0.666, "2 Adults No Kids"),
        "kids_count": ("object", 4, 0.666, "0"),
    },
}
ROWS = {
    "advertiser_daily": 287_657,
    "advertiser_promotions_weekly": 73_749,
    "advertisers": 6_471,
    "lookalike_tasks": 439_329,
    "lookalike_users": 2_393,
}
KEYS = {
    "advertiser_daily": ["manufacturer_id", "day", "scenario"],
    "advertiser_promotions_weekly": ["manufacturer_id", "week"],
    "advertisers": ["manufacturer_id"],
    "lookalike_tasks": ["task_id", "household_id"],
    "lookalike_users": ["household_id"],
}


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("complete_journey_tables")


@pytest.fixture(scope="module")
def tables(cache_dir):
    """All five tables, built once: about a minute and a half."""
    return {
        name: getattr(complete_journey, name)(cache_dir=cache_dir)
        for name in STATISTICS
    }


@pytest.mark.parametrize("name", STATISTICS)
def test_a_table_has_the_specified_columns_and_rows(tables, name):
    assert list(tables[name]) == list(STATISTICS[name])
    assert len(tables[name]) == ROWS[name]


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, column) for name in STATISTICS for column in STATISTICS[name]],
)
def test_a_column_has_the_specified_statistics(tables, name, column):
    dtype, distinct, missing, example = STATISTICS[name][column]
    values = tables[name][column]
    # Text is of a type of its own from pandas 3 on.
    assert values.dtype in ((dtype, "str") if dtype == "object" else (dtype,))
    assert values.nunique() == distinct
    assert values.isna().mean() == pytest.approx(missing, abs=0.0005)
    first = values.iloc[0]
    assert (None if pd.isna(first) else first) == example


@pytest.mark.parametrize("name", STATISTICS)
def test_a_table_is_sorted_by_its_keys_and_they_are_unique(tables, name):
    keys = tables[name][KEYS[name]]
    assert not keys.duplicated().any()
    pd.testing.assert_frame_equal(
        keys, keys.sort_values(KEYS[name], ignore_index=True)
    )


@pytest.mark.parametrize("name", STATISTICS)
def test_the_second_call_is_quick_and_equal(tables, cache_dir, name):
    start = time.perf_counter()
    again = getattr(complete_journey, name)(cache_dir=cache_dir)
    assert time.perf_counter() - start < 2
    assert again.equals(tables[name])


@pytest.mark.parametrize(
    ("scenario", "rows", "sales", "manufacturers"),
    [
        (0, 211_560, 3_632_344.04, 5_250),
        (1, 25_846, 232_230.14, 1_112),
        (2, 26_853, 478_788.14, 1_113),
        (3, 11_328, 173_283.93, 392),
        (4, 12_070, 77_327.50, 445),
    ],
)
def test_a_scenario_has_the_specified_sales(
    tables, scenario, rows, sales, manufacturers
):
    daily = tables["advertiser_daily"]
    part = daily[daily["scenario"] == scenario]
    assert len(part) == rows
    assert part["sales_value"].sum() == pytest.approx(sales, abs=0.01)
    assert part["manufacturer_id"].nunique() == manufacturers


@pytest.mark.parametrize(
    ("days", "manufacturers"), [(30, 1_481), (100, 741), (200, 365)]
)
def test_as_many_manufacturers_sell_often_as_specified(
    tables, days, manufacturers
):
    daily = tables["advertiser_daily"]
    sold = daily.groupby("manufacturer_id")["day"].nunique()
    assert (sold >= days).sum() == manufacturers


def test_every_seller_is_in_the_catalogue(tables):
    sellers = tables["advertiser_daily"]["manufacturer_id"]
    assert sellers.isin(tables["advertisers"]["manufacturer_id"]).all()


def test_the_tasks_have_the_specified_positives(tables):
    tasks = tables["lookalike_tasks"]
    positives = tasks.groupby("task_id")["label"].sum()
    assert positives.sum() == 59_007
    assert (positives.min(), positives.max()) == (39, 468)
    assert tasks["label"].mean() == pytest.approx(0.134, abs=0.0005)


def test_every_household_of_a_task_has_features(tables):
    households = tables["lookalike_tasks"]["household_id"]
    users = tables["lookalike_users"]["household_id"]
    assert set(households) == set(users)
