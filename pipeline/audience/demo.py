"""`python -m pipeline.audience.demo`: one new campaign, from seeds onwards."""

import argparse
import datetime
import json
import shutil
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich import console as rich_console
from rich import table as rich_table

from pipeline.audience import columns
from pipeline.audience.prepare import CAMPAIGNS
from pipeline.audience.prepare import USERS
from pipeline.components.job_parts import EVAL
from tfmtl.audience import AudienceService
from tfmtl.audience import LogParser
from tfmtl.audience.commands.home import Home
from tfmtl.audience.service import Customisation

_DAY = datetime.timedelta(days=1)
_SHARE = 0.1  # of those who could be chosen
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


def run(home: Path, console: rich_console.Console) -> None:
    """Takes the campaign from its seeds through feedback and increment.

    Args:
        home: Folder of the audience job.
        console: Where to tell of it.
    """
    say = console.print
    folder = home / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    campaign = new_campaign(home / "data")
    url = f"sqlite:///{folder}/audience.db"
    raw_users = home / "data" / USERS
    place = Home(
        folder, url, home / "serving" / "audience", raw_users, "user_id", 20
    )
    service = place.service(Customisation())
    say(
        f"General model, version {service.general_model.version}; "
        f"{len(service.users):,} users encoded"
    )
    service.create_campaign(
        campaign.campaign_id, name=campaign.name, features=campaign.features
    )
    _take_in(service, campaign, folder)
    say(
        f"{campaign.campaign_id} ({campaign.name}), which the general model "
        f"has not seen: {len(campaign.seeds):,} seeds, "
        f"{len(campaign.excluded):,} users left out who had bought before"
    )
    report = service.customise(campaign.campaign_id)
    say(
        f"Customised in {report.seconds:.1f} s, {report.share_of_target:.1%} "
        f"of five minutes; AUC of held-out seeds {report.fit.auc}, expected "
        f"lift of the best {report.fit.lift_share:.0%}: {report.fit.lift}"
    )
    size = round(_SHARE * len(campaign.eligible))
    first = service.audience(campaign.campaign_id, 2 * size)
    ranked = service.audience_ids(first.path)
    now = datetime.datetime.now(datetime.timezone.utc)
    write_log(folder / "events.jsonl", campaign, ranked[:size], now)
    taken = service.ingest_events(
        folder / "events.jsonl", LogParser(window=_DAY)
    )
    feedback = service.feedback(campaign.campaign_id)
    say(
        f"The first {size:,} were shown the campaign: {taken.added:,} events "
        f"taken in, the outcome of {len(feedback):,} is known"
    )
    increment = service.increment(campaign.campaign_id)
    say(f"Increment: {increment}")
    second = service.audience(campaign.campaign_id, 2 * size)
    again = service.audience_ids(second.path)
    after = again[~np.isin(again, ranked[:size])][:size]
    say(_table(campaign, ranked[:size], ranked[size:], after))
    say(
        f"Audience: {first.path}\nAfter the increment: {second.path}\n"
        f"Store, models and log of events: {folder}\n"
        "Look at it in a browser: .venv/bin/python -m tfmtl.audience console "
        f"--home {folder} --general-model {home / 'serving' / 'audience'} "
        f"--users {raw_users}"
    )


def _take_in(
    service: AudienceService, campaign: NewCampaign, folder: Path
) -> None:
    for name, ids in (
        ("seeds", campaign.seeds),
        ("opted_out", campaign.excluded),
    ):
        frame = pd.DataFrame({"user_id": ids})
        frame.to_csv(folder / f"{name}.csv", index=False)
    service.ingest_seeds(campaign.campaign_id, folder / "seeds.csv")
    service.opt_out(folder / "opted_out.csv")


def _table(
    campaign: NewCampaign,
    shown: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
) -> rich_table.Table:
    random = campaign.eligible.mean()
    left = campaign.eligible.drop(shown)
    table = rich_table.Table(
        title=f"{campaign.name}: who took it up, of users chosen from "
        f"{len(campaign.eligible):,} after {len(campaign.seeds):,} seeds"
    )
    for heading in ("chosen", "users", "hits", "rate", "at random", "lift"):
        justify = "left" if heading == "chosen" else "right"
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for words, ids, rate in (
        ("first audience", shown, random),
        ("the next ones, same model", before, left.mean()),
        ("the next ones, after the increment", after, left.mean()),
    ):
        hits = int(campaign.eligible[ids].sum())
        share = hits / len(ids)
        table.add_row(
            words,
            f"{len(ids):,}",
            f"{hits:,}",
            f"{share:.1%}",
            f"{rate:.1%}",
            f"{share / rate:.2f}",
        )
    return table


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True, help="folder of the job")
    home = Path(parser.parse_args().home).resolve()
    console = rich_console.Console(
        soft_wrap=True, markup=False, highlight=False
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run(home, console)
    except (ValueError, FileNotFoundError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
