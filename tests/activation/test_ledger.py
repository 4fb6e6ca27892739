import datetime
import tempfile

import numpy as np
import pandas as pd
import pgserver
import pytest

from tfmtl.activation import Ledger
from tfmtl.activation import ledger as ledger_module
from tfmtl.activation import make_plan
from tfmtl.activation import measure

AFTER = datetime.date(2021, 3, 29)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(f"sqlite:///{tmp_path / 'activation.db'}")


@pytest.fixture
def planned(make):
    """Six advertisers, of whom the treated are asked for 2 days for 100."""
    rows = pd.DataFrame(
        {
            "advertiser_id": range(6),
            "scenario": "search",
            "active_days": 1.0,
            "past_active_days": 6.0,
        }
    )
    plan = make(measures=["spend"])
    return plan, make_plan(rows, plan)


def outcomes(days):
    return pd.DataFrame(
        {
            "advertiser_id": range(len(days)),
            "scenario": "search",
            "active_days": days,
            "spend": 10.0,
        }
    )


def test_completed_tasks_are_paid_and_those_held_out_are_not(ledger, planned):
    plan, table = planned
    assert ledger.record(table, plan)
    settled = ledger.settle("spring", outcomes([0, 1, 2, 3, 4, 5]), AFTER)
    is_treated = (table["arm"] == "treatment").to_numpy()
    assert 0 < is_treated.sum() < 6
    completed = np.array([False, False, True, True, True, True])
    np.testing.assert_array_equal(settled["completed"], completed)
    np.testing.assert_array_equal(
        settled["paid"], np.where(is_treated & completed, 100, 0)
    )


def test_the_same_again_changes_nothing(ledger, planned):
    plan, table = planned
    assert ledger.record(table, plan)
    assert not ledger.record(table, plan)
    first = ledger.settle("spring", outcomes([0, 1, 2]), AFTER)
    again = ledger.settle("spring", outcomes([0, 1, 2]), AFTER)
    pd.testing.assert_frame_equal(first, again)
    ledger.settle("spring", outcomes([0, 1, 2, 3, 4, 5]), AFTER)
    assert len(ledger.history("spring")[2]) == 6 * 2
    assert Ledger(ledger.url).plans() == ["spring"]


def test_another_plan_of_the_same_name_is_refused(ledger, planned, make):
    plan, table = planned
    ledger.record(table, plan)
    with pytest.raises(ValueError, match="another name.*plan='spring'"):
        ledger.record(table, make(9_999, measures=["spend"]))
    with pytest.raises(ValueError, match="another name.*plan='spring'"):
        ledger.record(table[:-1], plan)


@pytest.mark.parametrize("function", ["record", "settle"])
def test_what_is_interrupted_is_not_there(
    ledger, planned, monkeypatch, function
):
    plan, table = planned
    if function == "settle":
        ledger.record(table, plan)
    insert = ledger_module._insert

    def interrupted(*args):
        insert(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger_module, "_insert", interrupted)
        with pytest.raises(KeyboardInterrupt):
            if function == "record":
                ledger.record(table, plan)
            else:
                ledger.settle("spring", outcomes([1, 2]), AFTER)
    if function == "record":
        assert ledger.plans() == []
        assert ledger.record(table, plan)
    assert len(ledger.history("spring")[2]) == 0
    ledger.settle("spring", outcomes([1, 2]), AFTER)
    assert len(ledger.history("spring")[2]) == 2 * 2


@pytest.mark.slow
def test_a_ledger_on_postgresql_is_the_same(ledger, planned):
    plan, table = planned
    rows = outcomes([0, 1, 2, 3, 4, 5])
    # The path of its socket must not be long.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        server = pgserver.get_server(folder)
        other = Ledger(server.get_uri())
        for each in (ledger, other):
            assert each.record(table, plan)
            assert not each.record(table, plan)
        settled = [e.settle("spring", rows, AFTER) for e in (ledger, other)]
        pd.testing.assert_frame_equal(*settled)
        assert str(measure(ledger, "spring")) == str(measure(other, "spring"))
        with pytest.raises(ValueError, match="logged is 5"):
            other.settle("spring", outcomes([0, 1, 2, 3, 4, 6]), AFTER)
        other.close()
        server.cleanup()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (outcomes([1, 2, 3, 4, 5, 6, 7]), "1 others, first row 6"),
        (outcomes([1, 2, 6]), "3 in|'2' in 'search': active_days 6, logged"),
        (outcomes([1, 8]), "more than the 7 days of the plan.*row=1, value=8"),
        (outcomes([1, -2]), "'active_days' counts, and must not be negative"),
        (outcomes([1]).drop(columns="spend"), "no column 'spend'"),
        (outcomes([1]).assign(clicks=1), r"unknown=\['clicks'\]"),
        (pd.concat([outcomes([1])] * 2), "one row in a scenario.*row=1"),
        (outcomes([]), "must have rows"),
    ],
)
def test_refuses_outcomes_and_logs_none_of_them(ledger, planned, rows, message):
    plan, table = planned
    ledger.record(table, plan)
    ledger.settle("spring", outcomes([1, 2, 3]), AFTER)
    with pytest.raises(ValueError, match=message):
        ledger.settle("spring", rows, AFTER)
    assert len(ledger.history("spring")[2]) == 3 * 2


def test_refuses_to_settle_before_the_deadline_or_an_unknown_plan(
    ledger, planned
):
    plan, table = planned
    ledger.record(table, plan)
    with pytest.raises(
        ValueError, match="as_of=2021-03-28, deadline=2021-03-2"
    ):
        ledger.settle("spring", outcomes([1]), plan.deadline)
    with pytest.raises(ValueError, match=r"plan='autumn'.*\['spring'\]"):
        ledger.settle("autumn", outcomes([1]), AFTER)


def test_refuses_to_measure_what_is_not_settled(ledger, planned):
    plan, table = planned
    ledger.record(table, plan)
    with pytest.raises(ValueError, match="settle the plan first.*of 6 tasks"):
        measure(ledger, "spring")


@pytest.fixture
def world(ledger, make, rows):
    """A settled plan of which tasks add 0.8 active days, and no spend."""
    plan = make(60_000, measures=["spend"])
    planned = make_plan(rows(6000).drop(columns="clicks"), plan)
    ledger.record(planned, plan)
    tasks = planned[planned["status"].isin(["offered", "held out"])]
    draw = np.random.default_rng(0)
    is_offered = tasks["status"] == "offered"
    days = draw.binomial(7, (tasks["forecast"] + 0.8 * is_offered) / 7)
    result = tasks[["advertiser_id", "scenario"]].assign(
        active_days=days, spend=draw.gamma(2, 50, len(tasks))
    )
    return tasks, result


def test_a_planted_effect_is_measured(ledger, world):
    tasks, result = world
    settled = ledger.settle("spring", result, AFTER)
    found = measure(ledger, "spring")
    rate, completed, spend = found.report.effects
    assert found.report.sample_ratio.holds
    assert 0.8 / 7 in rate.difference and rate.is_shown
    assert 0 in spend.difference
    # The chance of an offer: completed because it was made.
    share = settled.groupby("arm")["completed"].mean()
    assert completed.treatment == pytest.approx(share["treatment"])
    assert completed.control == pytest.approx(share["control"])
    assert (found.tasks, found.missing) == (
        (tasks["arm"] == "treatment").sum(),
        0,
    )
    assert found.paid == settled["paid"].sum() <= found.budget
    assert "active rate: treatment is higher" in str(found)
    assert found.to_dict()["report"]["sample_ratio"]["holds"]


def test_outcomes_that_miss_in_one_arm_forbid_a_conclusion(ledger, world):
    tasks, result = world
    lost = (tasks["arm"] == "control") & (result["active_days"] == 0)
    ledger.settle("spring", result[~lost], AFTER)
    found = measure(ledger, "spring")
    assert found.missing == lost.sum()
    assert "No conclusion may be drawn" in str(found)
    assert f"{found.missing} tasks have no outcome" in str(found)
