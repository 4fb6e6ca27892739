import numpy as np
import pandas as pd
import pytest

from tfmtl import abtest
from tfmtl.activation import Budget
from tfmtl.activation import Offer
from tfmtl.activation import Selection
from tfmtl.activation import make_plan


def frame(forecasts, past=6.0, **columns):
    count = len(forecasts)
    return pd.DataFrame(
        {
            "advertiser_id": np.arange(count),
            "scenario": np.ones(count, int),
            "active_days": np.array(forecasts, float),
            "past_active_days": np.full(count, past, float),
            **columns,
        }
    )


def test_a_task_is_the_forecast_raised_and_rounded_up():
    offer = Offer("clicks", worth=30, pay=10, raise_by=0.1, limits=(5, 40))
    target, reward, gain = offer(np.array([0.0, 10.0, 10.5, 99.0]))
    # 1.1 * 10 is 11, not 12; 1.1 * 99 = 108.9 asks for 10 clicks more.
    assert target.tolist() == [1, 11, 12, 109]
    assert reward.tolist() == [10, 10, 15, 40]
    np.testing.assert_allclose(gain, [9, 9, 13.5, 90])


def test_nobody_is_asked_for_more_days_than_there_are(make):
    offers = [Offer("active_days", worth=300, pay=100, raise_by=3.0)]
    plan = make(selection=Selection(0.9, 0.1))
    plan = type(plan)(
        plan.name, plan.start, plan.budget, offers, plan.selection
    )
    assert make_plan(frame([3.0, 1.0], 7), plan)["target"].tolist() == [7, 4]


def test_those_are_selected_whose_rate_is_low_and_falls():
    selection = Selection(max_rate=0.5, min_fall=0.1)
    low, high, steady = (1.4, 4.0), (4.2, 7.0), (1.4, 2.0)
    table = pd.concat([frame([f], p) for f, p in (low, high, steady)])
    assert selection(table)["is_selected"].tolist() == [True, False, False]
    # A forecast above the number of days is as good as all days.
    assert selection(frame([9.0], 7))["rate"].tolist() == [1.0]


def test_a_fall_of_just_the_least_counts():
    # 0.6 - 0.5 is less than 0.1 to a computer.
    table = frame([5.0], 6.0)
    assert Selection(0.5, 0.1, days=10)(table)["is_selected"].all()


def test_a_scenario_keeps_those_whose_rate_falls_most():
    table = frame([2.0, 1.0, 3.0, 1.0, 0.5])
    table["scenario"] = [1, 1, 1, 1, 2]
    selected = Selection(size=2)(table)
    assert selected["is_selected"].tolist() == [False, True, False, True, True]
    assert selected["place"].tolist() == [3, 1, 4, 2, 1]


def test_each_gets_the_task_that_gains_most_for_its_reward(make):
    # 0.3 * 300 * (2 - 1) / 100 = 0.9 a cent for active days. For clicks
    # 0.3 * 30 * 4 / 40 = 0.9 with forecast 1: a tie, the first offer stays;
    # with forecast 4 the least reward of 20 makes it 0.3 * 30 * 1 / 20.
    # With forecast 200, 0.3 * 30 * 40 / 200 = 1.8, as 200 is the most paid.
    table = frame([1.0, 1.0, 1.0], clicks=[1.0, 4.0, 200.0])
    planned = make_plan(table, make(clicks=True))
    assert planned["metric"].tolist() == ["active_days"] * 2 + ["clicks"]
    assert planned["target"].tolist() == [2, 2, 240]
    assert planned["reward"].tolist() == [100, 100, 200]
    assert planned["rank"].tolist() == [2, 3, 1]
    assert planned["gain"].tolist() == pytest.approx([90, 90, 360])


def test_the_budget_pays_the_best_and_is_never_exceeded(make, rows):
    table = rows(4000)
    for total in (400, 5_017, 20_000):
        planned = make_plan(table, make(total, clicks=True))
        offered = planned[planned["status"] == "offered"]
        spent = offered["reward"].sum()
        assert 0 < spent <= total
        left = planned[planned["status"] == "beyond the budget"]
        dearer = left[left["arm"] == "treatment"].sort_values("rank").iloc[0]
        # The next one does not fit, and is worth no more than the last.
        assert spent + dearer["reward"] > total
        worth = offered["gain"] / offered["reward"]
        assert worth.min() >= dearer["gain"] / dearer["reward"] - 1e-8


def test_a_budget_that_fits_is_spent_to_the_last_cent(make):
    table = frame([1.0] * 30)
    arms = make_plan(table, make())["arm"]
    paid = int((arms == "treatment").sum())
    planned = make_plan(table, make(100 * paid))
    assert planned.loc[planned["status"] == "offered", "reward"].sum() == (
        100 * paid
    )
    assert set(planned["status"]) == {"offered", "held out"}
    one_short = make_plan(table, make(100 * paid - 1))
    assert (one_short["status"] == "offered").sum() == paid - 1


def test_arms_are_those_of_the_hash_and_end_at_one_rank(make, rows):
    table = rows(6000)
    planned = make_plan(table, make(20_000, control_share=0.25, clicks=True))
    shares = {"control": 0.25, "treatment": 0.75}
    expected = abtest.assign(table["advertiser_id"], "spring", shares)
    assert planned["arm"].tolist() == expected.tolist()
    ranks = planned[planned["rank"] > 0].groupby("status")["rank"]
    first_left = ranks.min()["beyond the budget"]
    assert ranks.max()["offered"] < first_left
    assert ranks.max()["held out"] < first_left
    held = planned[planned["status"].isin(["offered", "held out"])]
    units = held.drop_duplicates("advertiser_id")["arm"].value_counts()
    assert abtest.sample_ratio_check(units.to_dict(), shares).holds


def test_a_plan_does_not_depend_on_the_order_of_the_rows(make, rows):
    table = rows(500)
    mixed = table.sample(frac=1, random_state=1)
    first, second = (
        make_plan(each, make(3000, clicks=True)).sort_values(
            ["advertiser_id", "scenario"], ignore_index=True
        )
        for each in (table, mixed)
    )
    pd.testing.assert_frame_equal(first, second)


def test_every_row_says_why(make):
    table = frame([5.0, 1.4, 1.0, 0.5, 1.0, 1.0, 1.0], 6.0)
    table.loc[1, "past_active_days"] = 1.5
    planned = make_plan(table, make(100, selection=Selection(size=4)))
    reasons = planned["reason"]
    assert reasons[0] == (
        "Forecast active on 5 of 7 days, before on 6: not low, above a rate "
        "of 0.5."
    )
    assert reasons[1].endswith("falls by a rate less than 0.1.")
    assert reasons[6] == (
        "Forecast active on 1 of 7 days, before on 6: beyond the 4 of the "
        "scenario whose rate falls most, at place 5."
    )
    offered = planned[planned["status"] == "offered"].iloc[0]
    assert offered["reason"].startswith(
        f"Forecast active on {offered['forecast']:g} of 7 days, before on 6: "
        f"about to fall. Task: {offered['target']} active_days until "
        f"2021-03-28, where {offered['forecast']:g} are forecast, for "
        f"{offered['reward']} cents"
    )
    assert offered["reason"].endswith("of 4. Offered.")
    beyond = planned[planned["status"] == "beyond the budget"]["reason"]
    assert beyond.str.contains("Not offered: the budget ends at rank").all()
    held = planned[planned["status"] == "held out"]["reason"]
    assert held.str.endswith("as a control: nothing is offered.").all()


def test_nobody_is_chosen_if_nobody_is_about_to_fall(make):
    planned = make_plan(frame([6.0, 7.0]), make())
    assert planned["status"].tolist() == ["not selected"] * 2
    assert planned["rank"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"active_days": [1, -0.5, 1]}, "not be negative.*row=1, value=-0.5"),
        ({"active_days": [1, np.nan, 1]}, "'active_days' must hold finite"),
        ({"active_days": [1, 1e13, 1]}, "beyond 1e.12.*row=1"),
        ({"past_active_days": ["a", "b", "c"]}, "must hold numbers"),
        ({"clicks": [1, 2, 3]}, r"nobody asked for.*unknown=\['clicks'\]"),
        ({"advertiser_id": [4, 5, 4]}, "one row in a scenario.*row=2, value=4"),
        ({"advertiser_id": [1.5, 2, 3]}, "Ids should be whole numbers"),
        ({"scenario": [1, None, 2]}, "'scenario' must not be missing.*row=1"),
    ],
)
def test_refuses_forecasts_that_cannot_be_planned_with(make, change, message):
    with pytest.raises(ValueError, match=message):
        make_plan(frame([1.0, 1.0, 1.0]).assign(**change), make())


def test_refuses_forecasts_without_a_column(make):
    table = frame([1.0]).rename(columns={"past_active_days": "past_activ_days"})
    with pytest.raises(ValueError, match="Did you mean 'past_activ_days'"):
        make_plan(table, make())
    with pytest.raises(ValueError, match="must have rows"):
        make_plan(frame([]), make())


def test_refuses_a_budget_that_pays_nobody(make):
    with pytest.raises(ValueError, match="total=99, the first reward is 100"):
        make_plan(frame([1.0] * 9), make(99))
    for total in (0, -1, 10.5, True):
        with pytest.raises(ValueError, match="`total` should be a whole numb"):
            Budget(total)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"worth": 0}, "worth=0"),
        ({"pay": 0.5}, "pay=0.5"),
        ({"raise_by": 0}, "raise_by=0"),
        ({"floor": 0}, "floor=0"),
        ({"limits": (0, 5)}, r"limits\[0\]=0"),
        ({"limits": (9, 5)}, r"limits\[1\]=5"),
        ({"chance": 1.5}, "chance=1.5"),
    ],
)
def test_refuses_an_offer_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Offer(**{"metric": "clicks", "worth": 3, "pay": 1, **options})


def test_refuses_a_plan_or_selection_that_means_nothing(make):
    with pytest.raises(ValueError, match="control_share=0"):
        make(control_share=0)
    with pytest.raises(ValueError, match="Received: measures='expenditure'"):
        make(measures="expenditure")
    with pytest.raises(ValueError, match="name=''"):
        make(name="")
    with pytest.raises(ValueError, match="min_fall=0"):
        Selection(min_fall=0)
    with pytest.raises(ValueError, match="size=0"):
        Selection(size=0)
