"""The campaigns of The Complete Journey as the tables of this job."""

from typing import NamedTuple

import pandas as pd

from pipeline.audience import columns
from tfmtl.datasets import complete_journey

_CAMPAIGN_NAMES = {
    "product_category": "category_name",
    "department": "category_department",
}


class Source(NamedTuple):
    """What is known before feedback comes.

    Args:
        rows: `campaign_id`, `user_id` and the label, one row each pair.
        users: `user_id` and the raw columns of users.
        campaigns: `campaign_id` and the raw columns of campaigns.
    """

    rows: pd.DataFrame
    users: pd.DataFrame
    campaigns: pd.DataFrame


def complete_journey_source(count: int | None = None) -> Source:
    """Returns campaigns that look for new buyers of a product category.

    Args:
        count: Number of campaigns, the first ones; None for all 251.
    """
    tasks = complete_journey.lookalike_tasks()
    campaigns = complete_journey.lookalike_campaigns()
    if count is not None:
        campaigns = campaigns.head(count)
        tasks = tasks[tasks["task_id"].isin(campaigns["task_id"])]
    rows = pd.DataFrame(
        {
            columns.CAMPAIGN_ID: tasks["task_id"].astype(str),
            columns.USER_ID: tasks["household_id"],
            columns.TASK.name: tasks["label"],
        }
    )
    users = complete_journey.lookalike_users()
    campaigns = campaigns.assign(
        **{columns.CAMPAIGN_ID: campaigns["task_id"].astype(str)}
    )
    return Source(
        rows,
        users.rename(columns={"household_id": columns.USER_ID}),
        campaigns.rename(columns=_CAMPAIGN_NAMES).drop(columns="task_id"),
    )
