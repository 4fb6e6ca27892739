"""Outcomes of tasks as rows, held against those that are logged."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tfmtl.activation.activation_plan import TREATMENT
from tfmtl.activation.checked import KEYS


def settlement(tasks: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Returns the tasks that have an outcome, with what is paid for it.

    Args:
        tasks: One row a task.
        outcomes: One row a task and metric.
    """
    settled = tasks.merge(outcomes, on=["plan", *KEYS, "metric"])
    settled["completed"] = settled["value"] >= settled["target"]
    is_paid = settled["completed"] & (settled["arm"] == TREATMENT)
    settled["paid"] = settled["reward"].where(is_paid, 0)
    return settled


def days_of(header: Mapping[str, Any]) -> int:
    """Returns how many days a plan has.

    Args:
        header: The plan's columns by name.
    """
    return int((header["deadline"] - header["start"]).days) + 1


def named(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Returns rows with keys as text and the name of the plan.

    Args:
        rows: One row a task.
        name: Name of the plan.
    """
    texts = {key: rows[key].astype(str) for key in KEYS}
    return rows.assign(plan=name, **texts)


def alike(known: pd.DataFrame, rows: pd.DataFrame) -> bool:
    """Tells whether tasks are those that are logged.

    Args:
        known: Tasks that are logged.
        rows: Tasks with the same columns.
    """
    first, second = (
        each.sort_values([*KEYS], ignore_index=True)[list(rows.columns)]
        for each in (known, rows)
    )
    return first.equals(second)


def check_known(rows: pd.DataFrame, tasks: pd.DataFrame) -> None:
    """Refuses outcomes of those who have no task.

    Args:
        rows: Outcomes.
        tasks: Tasks of the plan.

    Raises:
        ValueError: If there is one.
    """
    index, known = (
        pd.MultiIndex.from_frame(each[list(KEYS)]) for each in (rows, tasks)
    )
    is_strange = ~index.isin(known)
    if is_strange.any():
        raise ValueError(
            "Outcomes should be of advertisers with a task of the plan, or "
            "held out from it; leave the others out. "
            f"Received: {int(is_strange.sum())} others, first row "
            f"{int(is_strange.argmax())}, {index[is_strange][0]}."
        )


def new_ones(long: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Returns the outcomes that are not logged.

    Args:
        long: One row a task and metric.
        known: Those that are logged.

    Raises:
        ValueError: If another number is logged for one.
    """
    keys = ["plan", *KEYS, "metric"]
    both = long.merge(known, "left", on=keys, suffixes=("", "_known"))
    is_known = both["value_known"].notna()
    other = both[is_known & (both["value"] != both["value_known"])]
    if len(other):
        first = other.iloc[0]
        raise ValueError(
            "An outcome is logged once; it is final. "
            f"Received: {len(other)} other numbers, first of "
            f"{first[KEYS[0]]!r} in {first[KEYS[1]]!r}: {first['metric']} "
            f"{first['value']:g}, logged is {first['value_known']:g}."
        )
    return both.loc[~is_known, [*keys, "value"]]
