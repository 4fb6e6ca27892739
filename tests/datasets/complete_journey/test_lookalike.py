import pandas as pd
import pytest

from tfmtl.datasets.complete_journey.lookalike_campaigns import (
    campaign_features,
)
from tfmtl.datasets.complete_journey.lookalike_tasks import new_buyers
from tfmtl.datasets.complete_journey.lookalike_users import DEPARTMENTS
from tfmtl.datasets.complete_journey.lookalike_users import user_features

NOBODY = pd.DataFrame(
    columns=[
        "household_id",
        "age",
        "income",
        "home_ownership",
        "marital_status",
        "household_size",
        "household_comp",
        "kids_count",
    ]
).astype({"household_id": "int64"})


def purchases(*rows):
    """Rows of household, day and category."""
    lines = pd.DataFrame(rows, columns=["household_id", "day", "category"])
    lines["day"] = pd.to_datetime("2017-" + lines["day"])
    return lines.rename(columns={"category": "product_category"})


def pairs(frame):
    columns = ["product_category", "household_id", "label"]
    return list(frame[columns].itertuples(index=False, name=None))


def test_the_label_is_who_took_up_a_category_from_july_on():
    lines = purchases(
        (1, "06-30", "TEA"),
        (2, "06-30", "MILK"),
        (3, "06-30", "MILK"),
        (2, "07-01", "TEA"),
        (1, "07-01", "TEA"),
    )
    frame = new_buyers(lines, at_least=1)
    # 1 knew tea before, and nobody took up milk.
    assert pairs(frame) == [("TEA", 2, 1), ("TEA", 3, 0)]


def test_a_household_without_a_past_has_no_row_but_counts():
    lines = purchases(
        (1, "01-01", "MILK"),
        (1, "08-01", "TEA"),
        (2, "08-01", "TEA"),
    )
    assert pairs(new_buyers(lines, at_least=2)) == [("TEA", 1, 1)]
    assert pairs(new_buyers(lines, at_least=3)) == []


def test_tasks_are_numbered_by_name():
    lines = purchases(
        (1, "01-01", "MILK"), (1, "08-01", "TEA"), (1, "08-01", "HAM")
    )
    frame = new_buyers(lines, at_least=1)
    assert frame["task_id"].tolist() == [1, 2]
    assert frame["product_category"].tolist() == ["HAM", "TEA"]


def test_a_product_without_category_is_no_task():
    lines = purchases((1, "01-01", "MILK"), (1, "08-01", None))
    assert pairs(new_buyers(lines, at_least=1)) == []


@pytest.fixture
def history():
    lines = purchases(
        (1, "02-01", "TEA"),
        (1, "06-29", "MILK"),
        (1, "06-29", None),
        (1, "07-01", "HAM"),
    )
    return lines.assign(
        store_id=[7, 7, 8, 9],
        basket_id=[1, 2, 2, 3],
        sales_value=[0.1, 0.2, 3.0, 50.0],
        coupon_disc=[0.5, 0.0, 0.0, 0.5],
        department=["GROCERY", "GROCERY", "FUEL", "DELI"],
        brand=["Private", "National", None, "Private"],
    )


def test_a_user_is_described_by_the_time_before_july(history):
    features = user_features(history, NOBODY).iloc[0]
    assert features[features.index.str.startswith("h1_")].to_dict() == {
        "h1_baskets": 2,
        "h1_spend": 3.3,
        "h1_categories": 3,  # tea, milk, and whatever has none
        "h1_stores": 2,
        "h1_main_store": 7,
        "h1_top_category": "TEA",
        "h1_private_share": 1 / 3,
        "h1_coupon_lines": 1,
        "h1_recency": 2,
    }
    spent = features[list(DEPARTMENTS)]
    assert spent[spent > 0].to_dict() == {
        "spend_grocery": 0.3,
        "spend_fuel": 3.0,
    }


def test_no_purchase_from_july_on_is_in_the_features(history):
    later = history.assign(
        day=pd.Timestamp("2017-07-01"), sales_value=1e6, store_id=99
    )
    pd.testing.assert_frame_equal(
        user_features(pd.concat([later, history]), NOBODY),
        user_features(history, NOBODY),
    )


def test_a_campaign_is_described_by_the_purchases_before_july():
    lines = purchases(
        (1, "02-01", "TEA"),
        (1, "03-01", "TEA"),
        (2, "06-30", "TEA"),
        (2, "07-01", "TEA"),
        (3, "07-01", "HAM"),
        (3, "05-01", "MILK"),
    ).assign(
        department=["DRINKS", "GROCERY", "GROCERY", "DRINKS", "MEAT", "DAIRY"],
        brand=["Private", "National", "National", "Private", "Private", "x"],
        sales_value=[1.0, 2.0, 6.0, 100.0, 5.0, 1.0],
    )
    frame = campaign_features(lines, new_buyers(lines, at_least=1))
    # Nobody took up milk; of ham nothing was sold before.
    assert frame["product_category"].tolist() == ["HAM"]
    tasks = pd.DataFrame(
        {"task_id": [1, 2, 2], "product_category": ["HAM", "TEA", "TEA"]}
    )
    frame = campaign_features(lines, tasks)
    ham, tea = frame.to_dict("records")
    assert tea["department"] == "GROCERY"
    assert (tea["category_buyers"], tea["category_mean_price"]) == (2, 3.0)
    assert tea["category_private_share"] == pytest.approx(1 / 3, abs=1e-4)
    assert ham["category_buyers"] == 0 and pd.isna(ham["category_mean_price"])
