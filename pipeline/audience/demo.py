"""`python -m pipeline.audience.demo`: one new campaign, from seeds onwards."""

import argparse
import datetime
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from rich import console as rich_console
from rich import table as rich_table

from pipeline.audience.new_campaign import NewCampaign
from pipeline.audience.new_campaign import new_campaign
from pipeline.audience.new_campaign import write_log
from pipeline.audience.prepare import USERS
from tfmtl.audience import AudienceService
from tfmtl.audience import LogParser
from tfmtl.audience.commands.home import Home
from tfmtl.audience.service import Customisation

_DAY = datetime.timedelta(days=1)
_SHARE = 0.1  # of those who could be chosen


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
    service = _service(home, folder)
    say(
        f"General model, version {service.general_model.version}; "
        f"{len(service.users):,} users encoded"
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
    shown = ranked[:size]
    now = datetime.datetime.now(datetime.timezone.utc)
    write_log(folder / "events.jsonl", campaign, shown, now)
    parser = LogParser(window=_DAY)
    taken = service.ingest_events(folder / "events.jsonl", parser)
    known = len(service.feedback(campaign.campaign_id))
    say(
        f"The first {size:,} were shown the campaign: {taken.added:,} events "
        f"taken in, the outcome of {known:,} is known"
    )
    say(f"Increment: {service.increment(campaign.campaign_id)}")
    second = service.audience(campaign.campaign_id, 2 * size)
    again = service.audience_ids(second.path)
    after = again[~np.isin(again, shown)][:size]
    say(_table(campaign, shown, ranked[size:], after))
    say(
        f"Audience              {first.path}\n"
        f"after the increment   {second.path}\n"
        f"store, models, log    {folder}\n"
        "In a browser: .venv/bin/python -m tfmtl.audience console "
        f"--home {folder} --general-model {home / 'serving' / 'audience'} "
        f"--users {home / 'data' / USERS}"
    )


def _service(home: Path, folder: Path) -> AudienceService:
    """Returns a service with a store of its own in a folder."""
    place = Home(
        path=folder,
        store_url=f"sqlite:///{folder}/audience.db",
        general_folder=home / "serving" / "audience",
        raw_users=home / "data" / USERS,
        id_column="user_id",
        min_seeds=20,
    )
    return place.service(Customisation())


def _take_in(
    service: AudienceService, campaign: NewCampaign, folder: Path
) -> None:
    service.create_campaign(
        campaign.campaign_id, name=campaign.name, features=campaign.features
    )
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
