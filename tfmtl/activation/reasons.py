"""Why an advertiser is offered a task, or is not, in words."""

import numpy as np
import pandas as pd

from tfmtl.activation.activation_plan import ActivationPlan


def explain(rows: pd.DataFrame, plan: ActivationPlan, end: int) -> pd.Series:
    """Returns a sentence or two for each row.

    Args:
        rows: The rows with all that was decided.
        plan: What was decided before.
        end: How many rows of the order the budget reaches.
    """
    selection = plan.selection
    days = f" of {selection.days} days"
    rates = (
        "Forecast active on "
        + _number(rows[selection.forecast])
        + days
        + ", before on "
        + _number(rows[selection.past])
        + ": "
    )
    is_high = rows["rate"] > selection.max_rate
    unselected = np.select(
        [is_high, rows["place"] == 0],
        [
            f"not low, above a rate of {selection.max_rate:g}.",
            f"falls by a rate less than {selection.min_fall:g}.",
        ],
        f"beyond the {selection.size} of the scenario whose rate falls most, ",
    )
    place = "at place " + rows["place"].astype(str) + "."
    over = ~is_high & (rows["place"] > 0) & ~rows["is_selected"]
    unselected = pd.Series(unselected, rows.index) + place.where(over, "")
    chosen = "about to fall. " + _task(rows, plan) + _standing(rows, end)
    return rates + chosen.where(rows["is_selected"], unselected)


def _task(rows: pd.DataFrame, plan: ActivationPlan) -> pd.Series:
    return (
        "Task: "
        + rows["target"].astype(str)
        + " "
        + rows["metric"]
        + f" until {plan.deadline}, where "
        + _number(rows["forecast"])
        + " are forecast, for "
        + rows["reward"].astype(str)
        + " cents; worth "
        + _number(rows["gain"] / rows["reward"])
        + " a cent, rank "
        + rows["rank"].astype(str)
        + " of "
        + str(rows["rank"].max())
        + ". "
    )


def _standing(rows: pd.DataFrame, end: int) -> pd.Series:
    meaning = {
        "offered": "Offered.",
        "held out": "Held out by hash as a control: nothing is offered.",
        "beyond the budget": f"Not offered: the budget ends at rank {end}.",
        "not selected": "",
    }
    return rows["status"].map(meaning)


def _number(column: pd.Series) -> pd.Series:
    return column.map("{:.3g}".format)
