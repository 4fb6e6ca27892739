import datetime

import pandas as pd

from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey.advertiser_facts import FACTS
from tfmtl.datasets.complete_journey.advertiser_facts import with_placements

DAILY = pd.DataFrame(
    {
        "manufacturer_id": [5, 5],
        "day": [datetime.date(2017, 1, 4), datetime.date(2017, 1, 4)],
        "scenario": [0, 1],
        "sales_value": [9.5, 2.5],
        "units": 1,
        "baskets": 2,
        "households": 2,
        "products": 1,
        "stores": 1,
    }
)
PLACEMENTS = pd.DataFrame(
    {
        "manufacturer_id": [5, 6],
        "week": [2, 1],
        "display_placements": [7, 0],
        "mailer_placements": [3, 4],
        "both_placements": [3, 0],
        "stores": 1,
        "products": 1,
    }
)


def test_placements_stand_on_every_day_of_their_week_and_scenario():
    facts = with_placements(DAILY, PLACEMENTS)
    mine = facts[facts["advertiser_id"] == 5]
    display = mine[mine["scenario"] == 1]
    assert display["day"].min() == datetime.date(2017, 1, 2)
    assert display["day"].max() == datetime.date(2017, 1, 8)
    assert display["placements"].tolist() == [4.0] * 7
    assert display["sales_value"].tolist() == [0, 0, 2.5, 0, 0, 0, 0]
    # All in the mailer were on display, too.
    assert 2 not in mine["scenario"].tolist()
    assert mine[mine["scenario"] == 3]["placements"].tolist() == [3.0] * 7
    assert mine[mine["scenario"] == 0]["placements"].tolist() == [0.0]


def test_the_first_week_is_one_sunday():
    facts = with_placements(DAILY, PLACEMENTS)
    first = facts[facts["advertiser_id"] == 6]
    assert first["day"].tolist() == [datetime.date(2017, 1, 1)]
    assert first["placements"].tolist() == [4.0]
    assert list(facts) == ["advertiser_id", "scenario", "day", *FACTS]


def test_scenarios_are_told_by_attributes():
    table = complete_journey.advertiser_scenarios()
    told = table[["display", "mailer", "coupon"]].to_numpy().tolist()
    assert told == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert table["name"].tolist()[4] == "coupon"
