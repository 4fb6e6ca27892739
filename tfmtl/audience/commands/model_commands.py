"""Commands that make models and audiences of campaigns."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich import console as rich_console

from tfmtl.audience.commands.home import Home
from tfmtl.audience.commands.home import add_model_options
from tfmtl.audience.commands.home import customisation_of
from tfmtl.audience.commands.shown_steps import ShownSteps
from tfmtl.audience.service import CUSTOMISE
from tfmtl.audience.service import INCREMENT
from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import audience_of
from tfmtl.audience.service.model_folder import ModelFolder
from tfmtl.audience.store import ModelVersion

_REFUSED = 1


def add_commands(commands: Any) -> Iterator[argparse.ArgumentParser]:
    """Adds the commands, and yields their parsers.

    Args:
        commands: The sub-parsers of the program.
    """
    customise = commands.add_parser("customise", help="make a model of seeds")
    customise.set_defaults(act=_customise)
    increment = commands.add_parser("increment", help="learn from feedback")
    increment.set_defaults(act=_increment)
    expand = commands.add_parser("expand", help="write the best users")
    expand.add_argument("--size", type=int, required=True, help="how many")
    expand.add_argument(
        "--nearest",
        type=int,
        metavar="N",
        help="score the N users most like the seeds; by default all",
    )
    expand.add_argument("--output", type=Path, help=".csv or .parquet")
    expand.set_defaults(act=_expand)
    for command in (customise, increment, expand):
        which = command.add_mutually_exclusive_group(required=True)
        which.add_argument("campaign", nargs="?")
        which.add_argument(
            "--all",
            action="store_true",
            help="every campaign that goes on and has a model, by the queue",
        )
        command.add_argument(
            "--queue", action="store_true", help="leave it to a worker"
        )
        add_model_options(command)
    rollback = commands.add_parser(
        "rollback", help="make an earlier version the one in use"
    )
    which = rollback.add_mutually_exclusive_group(required=True)
    which.add_argument("campaign", nargs="?")
    which.add_argument(
        "--general", action="store_true", help="of the general model"
    )
    rollback.add_argument("--to", type=int, help="version; else the one before")
    rollback.set_defaults(act=_rollback)
    export = commands.add_parser(
        "export", help="write seeds and feedback for the general model"
    )
    export.add_argument("output", type=Path, help="a .parquet file")
    export.set_defaults(act=_export)
    yield from (customise, increment, expand, rollback, export)


def _customise(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    _check_queued(options)
    service = Home.of(options).service(customisation_of(options))
    if options.queue or options.all:
        _enqueue(service, options, CUSTOMISE, console)
        return
    with ShownSteps(console) as steps:
        report = service.customise(options.campaign, steps.show)
    fit = report.fit
    version = service.store.current_model(options.campaign)
    console.print(
        f"Expected lift {fit.lift} in the best {fit.lift_share:.0%}, AUC of "
        f"{fit.num_held_out} held-out seeds {fit.auc}"
    )
    for warning in fit.warnings:
        console.print(f"warning: {warning}")
    if version is not None:
        console.print(
            f"Version {version.version} of {options.campaign!r} in "
            f"{report.seconds:.1f} s, {report.share_of_target:.1%} of 300 s: "
            f"{version.path}"
        )


def _increment(
    options: argparse.Namespace, console: rich_console.Console
) -> int:
    _check_queued(options)
    service = Home.of(options).service(customisation_of(options))
    if options.queue or options.all:
        _enqueue(service, options, INCREMENT, console)
        return 0
    with ShownSteps(console) as steps:
        update = service.increment(options.campaign, steps.show)
    console.print(str(update))
    version = service.store.current_model(options.campaign)
    if version is not None:
        console.print(
            f"In use is version {version.version} of {options.campaign!r}: "
            f"{version.path}"
        )
    return _REFUSED if update.is_refused else 0


def _expand(options: argparse.Namespace, console: rich_console.Console) -> None:
    _check_queued(options)
    kind = audience_of(options.size, options.nearest)
    service = Home.of(options).service(customisation_of(options))
    if options.queue or options.all:
        _enqueue(service, options, kind, console)
        return
    with ShownSteps(console) as steps:
        audience = service.audience(
            options.campaign,
            options.size,
            options.output,
            steps.show,
            options.nearest,
        )
    console.print(
        f"{audience.size:,} users by version {audience.model_version}: "
        f"{options.output or audience.path}"
    )


def _rollback(
    options: argparse.Namespace, console: rich_console.Console
) -> None:
    home = Home.of(options)
    store = home.store()
    if options.general:
        home.general_version(store)
    version = store.roll_back(options.campaign, options.to)
    name = "the general model" if options.general else repr(options.campaign)
    console.print(
        f"In use is version {version.version} of {name}: {version.path}"
    )
    if options.general:
        console.print(
            "Models of campaigns that descend from another one have to be made "
            "anew: `customise --all`. A running worker or console goes on with "
            "the one it began with."
        )
    else:
        _warn_of_descent(version, store.current_model(None), console)


def _warn_of_descent(
    version: ModelVersion,
    general: ModelVersion | None,
    console: rich_console.Console,
) -> None:
    """Says that a campaign's version does not go with the general model."""
    folder = ModelFolder(Path(version.path))
    if general is None or not folder.exists():
        return
    descends, now = folder.report().general_version, Path(general.path).name
    if descends != now:
        console.print(
            f"warning: it descends from general model {descends}, and in use "
            f"is {now}. Go back to that one too, `rollback --general`, or make "
            "the campaign's model anew, `customise`."
        )


def _export(options: argparse.Namespace, console: rich_console.Console) -> None:
    service = Home.of(options).service(customisation_of(options))
    rows = service.export_feedback(options.output)
    console.print(f"{rows:,} rows of seeds and feedback: {options.output}")


def _check_queued(options: argparse.Namespace) -> None:
    """Refuses what a job of the queue does not keep."""
    if not (options.queue or options.all):
        return
    parser = argparse.ArgumentParser()
    add_model_options(parser)
    ignored = {"output": None, **vars(parser.parse_args([]))}
    given = [
        f"--{name.replace('_', '-')}"
        for name, default in ignored.items()
        if getattr(options, name, default) != default
    ]
    if given:
        raise ValueError(
            "A job of the queue is done as its worker is told to, and an "
            "audience goes to the home: give `work` the options of models, "
            "and `--output` to `expand` without `--queue` and `--all`. "
            f"Received: {', '.join(given)}."
        )


def _enqueue(
    service: AudienceService,
    options: argparse.Namespace,
    kind: str,
    console: rich_console.Console,
) -> None:
    campaigns = [options.campaign]
    if options.all:
        going_on = service.store.campaigns(is_open=True)
        ids = [campaign.campaign_id for campaign in going_on]
        campaigns = [each for each in ids if service.store.current_model(each)]
    for campaign_id in campaigns:
        job = service.enqueue(campaign_id, kind)
        console.print(
            f"In the queue: job {job.job_id}, {job.kind} for {campaign_id!r}"
        )
    console.print(f"{len(campaigns)} jobs wait; `work` does them")
