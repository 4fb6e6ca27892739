"""A campaign that the general model has not seen, and what became of it."""

import datetime
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.audience import columns
from pipeline.audience.prepare import CAMPAIGNS
from pipeline.audience.prepare import USERS
from pipeline.components.job_parts import EVAL

_DAY = datetime.timedelta(days=1)
_SHOWN_LONG_AGO = 0.9


class NewCampaign(NamedTuple):
    """A held-out campaign, as if it began today.

    Args:
        campaign_id: Its id.
        name: What people call it.
        features: Raw columns of the campaign.
        seeds: Ids of half of the users who are known to respond.
        eligible: Id to whether a user responds, of all others who may be
            chosen.
        excluded: Ids of users who may not.
    """

    campaign_id: str
    name: str
    features: dict[str, object]
    seeds: np.ndarray
    eligible: pd.Series
    excluded: np.ndarray


def new_campaign(data_dir: Path, seed: int = 0) -> NewCampaign:
    """Returns the held-out campaign that most users respond to.

    Args:
        data_dir: What `pipeline.audience.prepare` has written.
        seed: Which of these are the seeds.
    """
    rows = pd.read_parquet(data_dir / EVAL)
    rows = rows.sort_values([columns.CAMPAIGN_ID, columns.USER_ID])
    responses = rows.groupby(columns.CAMPAIGN_ID)[columns.TASK.name].sum()
    campaign_id = str(responses.idxmax())
    rows = rows[rows[columns.CAMPAIGN_ID] == campaign_id]
    labels = rows.set_index(columns.USER_ID)[columns.TASK.name]
    positives = labels.index[labels == 1].to_numpy()
    draw = np.random.default_rng(seed)
    seeds = np.sort(draw.permutation(positives)[: len(positives) // 2])
    campaigns = pd.read_parquet(data_dir / CAMPAIGNS)
    campaigns = campaigns.set_index(columns.CAMPAIGN_ID)
    features = campaigns.loc[campaign_id]
    everybody = pd.read_parquet(data_dir / USERS)[columns.USER_ID].to_numpy()
    return NewCampaign(
        f"campaign-{campaign_id}",
        str(features["category_name"]).capitalize(),
        {
            column.name: features[column.name]
            for column in columns.CAMPAIGN_COLUMNS
            if pd.notna(features[column.name])
        },
        seeds,
        labels.drop(seeds),
        np.setdiff1d(everybody, labels.index),
    )


def write_log(
    path: Path, campaign: NewCampaign, shown: np.ndarray, now: datetime.datetime
) -> None:
    """Writes what became of an audience as a log of JSON lines.

    Most users were shown the campaign days ago, the last ones an hour ago: of
    those who have not converted, it is open yet whether they will.

    Args:
        path: The file.
        campaign: Tells who responds.
        shown: Ids of the users who were shown the campaign.
        now: The time.
    """
    long_ago = round(_SHOWN_LONG_AGO * len(shown))
    with open(path, "w", encoding="utf-8") as file:
        for place, user in enumerate(shown.tolist()):
            time = now - (3 * _DAY if place < long_ago else _DAY / 24)
            kinds = {"exposure": time}
            if campaign.eligible[user]:
                kinds["conversion"] = time + _DAY / 48
            for kind, moment in kinds.items():
                event = {
                    "event_id": f"{kind}-{user}",
                    "kind": kind,
                    "campaign_id": campaign.campaign_id,
                    "user_id": user,
                    "time": moment.isoformat(),
                }
                file.write(json.dumps(event) + "\n")
