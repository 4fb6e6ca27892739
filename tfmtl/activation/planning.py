"""Chooses advertisers, tasks and rewards."""

import numpy as np
import pandas as pd

from tfmtl import abtest
from tfmtl.activation import reasons
from tfmtl.activation.activation_plan import TREATMENT
from tfmtl.activation.activation_plan import ActivationPlan
from tfmtl.activation.checked import KEYS
from tfmtl.activation.checked import check_counts

OFFERED, HELD_OUT = "offered", "held out"
TOO_DEAR, NOT_SELECTED = "beyond the budget", "not selected"
_SOURCE = "predictions"


def make_plan(predictions: pd.DataFrame, plan: ActivationPlan) -> pd.DataFrame:
    """Returns who is offered which task for which reward, and why.

    1. `plan.selection` picks the advertisers whose activity is about to fall.
    2. Each gets the task of the offer with the highest gain per cent of its
       reward.
    3. Down that order, all are taken until the next reward that would have to
       be paid does not fit into the budget. Half of the advertisers (or what
       `control_share` says), by hash, are held out and cost nothing. As the
       order ends for both arms at one place, they can be compared.

    The same input gives the same plan, whatever the order of the rows.

    Args:
        predictions: One row for each advertiser in a scenario:
            `advertiser_id`, `scenario` and the columns `plan.forecasts`.
        plan: What was decided before.

    Returns:
        The rows in their order, with `rate`, `past_rate`, `fall`, `arm`,
        `status` (offered, held out, beyond the budget or not selected),
        `metric`, `forecast`, `target`, `deadline`, `reward`, `gain`, `rank`
        (0 for those who are not selected) and `reason`, in words.

    Raises:
        ValueError: If the table is not as said (the row is named), or the
            budget does not pay the first reward.

    Example:

    >>> plan = ActivationPlan("spring", pd.Timestamp(2021, 3, 22).date(),
    ...     tfmtl.activation.Budget(250),
    ...     [tfmtl.activation.Offer("active_days", worth=300, pay=100)])
    >>> rows = pd.DataFrame({"advertiser_id": range(8), "scenario": 1,
    ...     "active_days": 1.5, "past_active_days": 4.0})
    >>> make_plan(rows, plan)["status"].tolist()
    ['held out', 'offered', 'offered', 'beyond the budget', ...]
    """
    check_counts(predictions, plan.forecasts, _SOURCE)
    rows = predictions.reset_index(drop=True)
    rows = pd.concat([rows, plan.selection(rows)], axis=1)
    rows["arm"] = abtest.assign(rows[KEYS[0]], plan.name, plan.shares)
    rows = rows.assign(**_best_tasks(rows, plan))
    order = _order(rows)
    rows["rank"] = 0
    rows.loc[order, "rank"] = np.arange(1, len(order) + 1)
    end = _end(rows.loc[order], plan)
    rows["status"] = np.select(
        [~rows["is_selected"], rows["rank"] > end, rows["arm"] == TREATMENT],
        [NOT_SELECTED, TOO_DEAR, OFFERED],
        HELD_OUT,
    )
    rows["deadline"] = plan.deadline
    rows["reason"] = reasons.explain(rows, plan, end)
    return rows[
        [*KEYS, "rate", "past_rate", "fall", "arm", "status", "metric"]
        + ["forecast", "target", "deadline", "reward", "gain", "rank", "reason"]
    ]


def _best_tasks(rows: pd.DataFrame, plan: ActivationPlan) -> dict[str, object]:
    """Returns for each row the task that gains most for its reward."""
    forecasts = [rows[o.metric].to_numpy(np.float64) for o in plan.offers]
    # Nobody is active on more days than there are.
    most = {plan.selection.forecast: plan.selection.days}
    tasks = [
        np.stack([forecast, *offer(forecast, most.get(offer.metric))])
        for offer, forecast in zip(plan.offers, forecasts, strict=True)
    ]
    table = np.stack(tasks)
    best = np.argmax(table[:, 3] / table[:, 2], axis=0)
    chosen = table[best, :, np.arange(len(rows))]
    metrics = np.array([offer.metric for offer in plan.offers])
    return {
        "metric": metrics[best],
        "forecast": chosen[:, 0],
        "target": chosen[:, 1].astype(np.int64),
        "reward": chosen[:, 2].astype(np.int64),
        "gain": chosen[:, 3],
    }


def _order(rows: pd.DataFrame) -> pd.Index:
    """Returns the selected rows, the highest gain per cent first."""
    selected = rows[rows["is_selected"]]
    worth = (selected["gain"] / selected["reward"]).round(9)
    keys = [selected[name] for name in reversed(KEYS)]
    return selected.index[np.lexsort((*keys, -worth))]


def _end(ordered: pd.DataFrame, plan: ActivationPlan) -> int:
    """Returns how many rows of the order the budget reaches."""
    is_paid = (ordered["arm"] == TREATMENT).to_numpy()
    spent = np.cumsum(np.where(is_paid, ordered["reward"], 0))
    end = int(np.searchsorted(spent, plan.budget.total, "right"))
    if is_paid.any() and not is_paid[:end].any():
        raise ValueError(
            "The budget should pay at least one reward; raise it, or lower "
            "`pay` and `limits` of the offers. "
            f"Received: total={plan.budget.total}, the first reward is "
            f"{ordered['reward'].iloc[int(is_paid.argmax())]}."
        )
    return end
