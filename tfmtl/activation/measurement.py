"""What the tasks of a plan have changed."""

import dataclasses
from typing import Any

import pandas as pd

from tfmtl import abtest
from tfmtl.activation.activation_plan import CONTROL
from tfmtl.activation.activation_plan import TREATMENT
from tfmtl.activation.checked import KEYS
from tfmtl.activation.ledger import Ledger
from tfmtl.activation.outcome_rows import days_of
from tfmtl.activation.outcome_rows import settlement


@dataclasses.dataclass(frozen=True)
class Measurement:
    """The effects of a plan, and what they cost.

    Args:
        plan: Name of the plan.
        report: Active rate, tasks completed, and the other metrics, per
            advertiser, of those with tasks and of those held out.
        tasks: Number of tasks that were offered and have an outcome.
        completed: Number of these that were completed.
        paid: What was paid for them, in cents.
        budget: What might have been paid.
        missing: Number of tasks, held out ones too, without an outcome yet.

    Example:

        result = measure(Ledger("sqlite:///activation.db"), "week 12")
        print(result.paid, *result.report.conclusions)
    """

    plan: str
    report: abtest.Report
    tasks: int
    completed: int
    paid: int
    budget: int
    missing: int

    def to_dict(self) -> dict[str, Any]:
        """Returns all numbers as JSON takes them."""
        names = ("plan", "tasks", "completed", "paid", "budget", "missing")
        content = {name: getattr(self, name) for name in names}
        return {**content, "report": self.report.to_dict()}

    def __str__(self) -> str:
        text = (
            f"Plan {self.plan!r}: {self.completed} of {self.tasks} tasks "
            f"completed, {self.paid} cents paid of a budget of {self.budget}."
        )
        if self.missing:
            text += f"\n{self.missing} tasks have no outcome and do not count."
        return f"{text}\n{self.report}"


def measure(
    ledger: Ledger,
    name: str,
    method: abtest.comparison.Method = abtest.delta_method,
) -> Measurement:
    """Compares advertisers with tasks and advertisers held out.

    An advertiser is one unit, in however many scenarios. All who were offered
    a task count, whether or not they took it up. What the control completes
    without being asked is what rewards would have been paid for in vain: the
    difference in tasks completed is the `chance` of an `Offer`. If outcomes
    are missing in one arm more than in the other, no conclusion is drawn.

    Args:
        ledger: Where plan and outcomes are logged.
        name: Name of the plan.
        method: As for `tfmtl.abtest.compare`.

    Raises:
        ValueError: If there is no such plan, or an arm has fewer than two
            advertisers with outcomes.

    Example:

        print(measure(Ledger("sqlite:///activation.db"), "week 12"))

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), sec. 5.
    """
    header, tasks, outcomes = ledger.history(name)
    settled = settlement(tasks, outcomes)
    units = _units(settled, outcomes)
    arms = units["arm"].value_counts()
    if any(arms.get(arm, 0) < 2 for arm in (CONTROL, TREATMENT)):
        raise ValueError(
            "Both arms should have two advertisers or more with outcomes; "
            "settle the plan first, all of it. "
            f"Received: plan={name!r}, {arms.to_dict()}, of {len(tasks)} "
            "tasks."
        )
    activity, *others = header["outcomes"]
    units["days"] = days_of(header) * units["tasks"]
    report = abtest.analyse(
        units,
        [
            abtest.RatioOfSums(activity, "days", "active rate"),
            abtest.RatioOfSums("completed", "tasks", "tasks completed"),
            *(abtest.Mean(o, f"{o} per advertiser") for o in others),
        ],
        {
            CONTROL: header["control_share"],
            TREATMENT: 1 - header["control_share"],
        },
        id_column=KEYS[0],
        method=method,
    )
    ratios = (report.sample_ratio, _outcome_ratio(tasks, settled))
    report = dataclasses.replace(
        report, sample_ratio=min(ratios, key=lambda ratio: ratio.p)
    )
    offered = settled[settled["arm"] == TREATMENT]
    return Measurement(
        name,
        report,
        len(offered),
        int(offered["completed"].sum()),
        int(offered["paid"].sum()),
        header["budget"],
        len(tasks) - len(settled),
    )


def _units(settled: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Returns one row for each advertiser with an outcome."""
    id_column = KEYS[0]
    sums = outcomes.groupby([id_column, "metric"])["value"].sum().unstack()
    tasks = settled.groupby(id_column).agg(
        arm=("arm", "first"),
        tasks=("completed", "size"),
        completed=("completed", "sum"),
    )
    return tasks.join(sums).reset_index()


def _outcome_ratio(
    tasks: pd.DataFrame, settled: pd.DataFrame
) -> abtest.SampleRatio:
    """Tells whether outcomes are missing in one arm more than in the other."""
    arms = (CONTROL, TREATMENT)
    counts = {arm: int((settled["arm"] == arm).sum()) for arm in arms}
    totals = {arm: int((tasks["arm"] == arm).sum()) for arm in arms}
    control, treatment = ((counts[arm], totals[arm]) for arm in arms)
    test = abtest.proportion_test(control, treatment)
    share = len(settled) / len(tasks)
    expected = {arm: share * total for arm, total in totals.items()}
    return abtest.SampleRatio(counts, expected, test.p)
