"""Commands that take in what campaigns need, and list them."""

import argparse
import datetime
from collections.abc import Iterator
from typing import Any

from rich import console as rich_console
from rich import table as rich_table

from tfmtl.audience.commands.home import Home
from tfmtl.audience.service import Customisation
from tfmtl.audience.service import parsed_value
from tfmtl.audience.store import IngestionReport
from tfmtl.audience.store import LogParser
from tfmtl.audience.store import migrate


def add_commands(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """Adds the commands, and yields their parsers.

    Args:
        commands: The sub-parsers of the program.
    """
    create = commands.add_parser("create", help="create a campaign")
    create.add_argument("campaign")
    create.add_argument("--name", default="", help="what people call it")
    create.add_argument("--owner", default="", help="whose it is")
    create.add_argument("--size", type=int, help="users of its audience")
    create.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what is known of it; may be given several times",
    )
    create.set_defaults(act=_create)
    seeds = commands.add_parser("seeds", help="take in a file of seeds")
    seeds.add_argument("campaign")
    seeds.add_argument("file", help=".csv, .txt or .parquet")
    seeds.add_argument(
        "--min-known", type=float, default=1.0, help="least share known"
    )
    seeds.set_defaults(act=_seeds)
    opt_out = commands.add_parser("opt-out", help="note users as opted out")
    opt_out.add_argument("file", help=".csv, .txt or .parquet")
    opt_out.set_defaults(act=_opt_out)
    feedback = commands.add_parser("feedback", help="take in a log of events")
    feedback.add_argument("file", help=".jsonl or .parquet")
    feedback.add_argument(
        "--window-days",
        type=_days,
        default=datetime.timedelta(days=7),
        dest="window",
        metavar="DAYS",
        help="how long after an exposure a conversion counts",
    )
    feedback.add_argument(
        "--complete-until",
        type=datetime.datetime.fromisoformat,
        metavar="TIME",
        help="until when the logs are complete, ISO 8601, UTC",
    )
    feedback.set_defaults(act=_feedback)
    for command in (seeds, feedback):
        command.add_argument(
            "--quarantine", action="store_true", help="put bad rows aside"
        )
    close = commands.add_parser(
        "close", help="say that a campaign is over: `--all` passes it by"
    )
    close.add_argument("campaign")
    close.set_defaults(act=_close)
    yield from (create, seeds, opt_out, feedback, close)
    listing = commands.add_parser("campaigns", help="list all campaigns")
    listing.set_defaults(act=_campaigns)
    migrating = commands.add_parser(
        "migrate", help="bring the store up to date"
    )
    migrating.set_defaults(act=_migrate)
    yield from (listing, migrating)


def _create(options: argparse.Namespace, console: rich_console.Console) -> None:
    home = Home.of(options)
    service = home.service(Customisation())
    kinds = service.general_model.campaign_columns
    features = dict(_pair(text, kinds) for text in options.feature)
    campaign = service.create_campaign(
        options.campaign,
        name=options.name,
        owner=options.owner,
        features=features,
        size=options.size,
    )
    console.print(
        f"Created campaign {campaign.campaign_id!r} in {home.store_url}, "
        f"features {dict(campaign.features)}"
    )


def _seeds(options: argparse.Namespace, console: rich_console.Console) -> None:
    home = Home.of(options)
    report = home.service(Customisation()).ingest_seeds(
        options.campaign,
        options.file,
        min_known=options.min_known,
        quarantine=options.quarantine,
    )
    _tell(report, "seeds", home, console)


def _opt_out(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    home = Home.of(options)
    added = home.service(Customisation()).opt_out(options.file)
    console.print(f"{added:,} more users have opted out, in {home.store_url}")


def _feedback(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    home = Home.of(options)
    store = home.store()
    if options.complete_until is not None:
        store.check_until(options.complete_until)
    parser = LogParser(window=options.window)
    report = store.ingest_events(
        options.file, parser, quarantine=options.quarantine
    )
    _tell(report, "events", home, console)
    labels = report.labels
    if options.complete_until is not None:
        labels += store.raise_watermark(options.complete_until)
    console.print(f"{labels:,} exposures have a new label")


def _close(options: argparse.Namespace, console: rich_console.Console) -> None:
    Home.of(options).store().close_campaign(options.campaign)
    console.print(
        f"{options.campaign!r} is over; late feedback is still taken in"
    )


def _campaigns(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    store = Home.of(options).store()
    table = rich_table.Table("campaign", "name", "owner", "seeds", "version")
    for name in ("lift", "audiences", "last job"):
        table.add_column(name)
    for campaign in store.campaigns():
        campaign_id = campaign.campaign_id
        version = store.current_model(campaign_id)
        lift = None if version is None else version.metrics.get("lift")
        jobs = store.jobs(campaign_id)
        table.add_row(
            campaign_id,
            campaign.name,
            campaign.owner,
            f"{len(store.seeds(campaign_id)):,}",
            "" if version is None else str(version.version),
            "" if lift is None else f"{lift:.2f}",
            str(len(store.audiences(campaign_id))),
            f"{jobs[-1].kind}: {jobs[-1].status}" if jobs else "",
        )
    console.print(table)


def _migrate(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    url = Home.of(options).store_url
    migrate(url)
    console.print(f"{url} is up to date")


def _days(text: str) -> datetime.timedelta:
    try:
        return datetime.timedelta(days=float(text))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f"should be a number of days, such as 7. Received: {text!r}"
        ) from error


def _pair(text: str, kinds: dict[str, str]) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(
            "--feature should be NAME=VALUE, of one of "
            f"{list(kinds)}. Received: {text!r}."
        )
    return name, parsed_value(value, name, kinds.get(name, ""))


def _tell(
    report: IngestionReport,
    what: str,
    home: Home,
    console: rich_console.Console,
) -> None:
    if report.is_repeated:
        console.print(f"{report.source} was taken in before; nothing changed")
        return
    parts = [
        f"{report.added:,} of {report.rows:,} {what} are new",
        f"{report.duplicates:,} known already",
        f"{report.unknown:,} unknown",
        f"{report.quarantined:,} put aside",
    ]
    console.print(f"{', '.join(parts)}, in {home.store_url}")
