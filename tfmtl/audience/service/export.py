"""What the general model learns from campaigns, as a file."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from tfmtl.audience.only_task import only_task
from tfmtl.audience.service.desk import Desk
from tfmtl.files import write_parquet


def export_feedback(desk: Desk, path: str | os.PathLike[str]) -> int:
    """Writes seeds and feedback of all campaigns, for the daily training.

    A row is a user of a campaign: `campaign_id`, `user_id`, the label by the
    name of the general model's task, and the raw features of the campaign.
    Seeds and those who converted are labelled 1, those who were shown the
    campaign and did not convert 0, when their window is over. Users who have
    opted out are not there, and of each campaign the users that its models
    are judged by are not: the next general model is not to know them.

    Args:
        desk: What is worked with.
        path: The Parquet file.

    Returns:
        Number of rows.

    Raises:
        ValueError: If there is no row.
    """
    parts = [_rows(desk, c.campaign_id) for c in desk.store.campaigns()]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if not len(rows):
        raise ValueError(
            "There should be campaigns with seeds or feedback. "
            f"Received: {len(parts)} campaigns without."
        )
    rows = rows[~rows[desk.users.id_column].isin(desk.store.opted_out())]
    write_parquet(rows, Path(path))
    return len(rows)


def _rows(desk: Desk, campaign_id: str) -> pd.DataFrame:
    seeds, feedback = desk.store.seeds(campaign_id), desk.feedback(campaign_id)
    ids, label = desk.users.id_column, only_task(desk.general.model)
    known = pd.DataFrame({ids: seeds, label: np.ones(len(seeds), np.int8)})
    seen = pd.DataFrame(
        {
            ids: feedback["user_id"],
            label: feedback["label"].astype(np.int8),
        }
    )
    # A seed stays one, whatever came of being shown the campaign.
    rows = pd.concat([known, seen]).drop_duplicates(ids)
    part = desk.held_out_part(campaign_id)
    rows = rows[~part.holds(rows[ids].to_numpy())]
    features = desk.store.campaign(campaign_id).features
    for name, kind in desk.general.campaign_columns.items():
        missing = float("nan") if "number" in kind else None
        rows[name] = features.get(name, missing)
    rows.insert(0, "campaign_id", campaign_id)
    return rows
