"""What the specification says of the wheel's own tables."""

import pytest

from tfmtl.datasets.complete_journey import coupons
from tfmtl.datasets.complete_journey import coverage
from tfmtl.datasets.complete_journey import wheel

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def redemptions():
    campaigns = wheel.read("campaign_descriptions")
    return wheel.read("coupon_redemptions").merge(campaigns, on="campaign_id")


@pytest.fixture(scope="module")
def lines():
    names = ["household_id", "product_id", "coupon_disc"]
    lines = wheel.read("transactions", [*names, "transaction_timestamp"])
    return lines.assign(day=lines["transaction_timestamp"].dt.normalize())


def test_the_tables_have_the_specified_rows(lines):
    assert lines["household_id"].nunique() == 2_469
    assert len(wheel.read("campaigns")) == 6_589
    assert len(wheel.read("demographics")) == 801
    assert len(wheel.read("products")) == 92_331


def test_every_redemption_lies_in_its_campaign(redemptions):
    day = redemptions["redemption_date"]
    inside = (day >= redemptions["start_date"]) & (
        day <= redemptions["end_date"]
    )
    assert inside.sum() == len(redemptions) == 2_102
    received = wheel.read("campaigns")
    assert len(redemptions.merge(received)) == 2_102


def test_most_redeemed_coupons_go_with_a_purchase(redemptions, lines):
    redeemed = redemptions.drop_duplicates(coverage.EXPOSURE)
    assert len(redeemed) == 2_075
    covered = wheel.read("coupons").drop_duplicates()
    bought = redeemed.merge(covered, on=coupons.COUPON)
    bought = bought.merge(lines, on=["household_id", "product_id"])
    found = coverage.during(bought).drop_duplicates(coverage.EXPOSURE)
    assert len(found) == 1_862


def test_most_redemptions_go_with_a_coupon_discount(redemptions, lines):
    days = lines[lines["coupon_disc"] > 0][["household_id", "day"]]
    days = days.drop_duplicates().rename(columns={"day": "redemption_date"})
    found = redemptions.merge(days).drop_duplicates(coverage.EXPOSURE)
    assert len(found) == 1_664
