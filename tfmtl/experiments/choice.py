"""From the options of `run` to the protocol that is meant."""

import argparse
import dataclasses
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tfmtl.experiments import protocols
from tfmtl.experiments import reading
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.protocol import Protocol

_DEFAULT_DATA = "synthetic"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what to run.

    Args:
        parser: Parser of the command.
    """
    parser.add_argument("protocol", help="a name, or a .json file")
    data = parser.add_argument_group("data, if the protocol is a name")
    data.add_argument(
        "--data", metavar="PRESET", help="planted data by default"
    )
    data.add_argument("--folder", help="folder of data that you downloaded")
    data.add_argument(
        "--rows",
        type=_rows,
        default=(),
        help="a number, 'all', or TRAIN,DEV,TEST of synthetic data",
    )
    runs = parser.add_argument_group("runs, if other than the protocol says")
    runs.add_argument(
        "--seeds", type=_seeds, help="how many, 0 and on, or a list: 3,5,8"
    )
    runs.add_argument("--models", nargs="+", help="some of its models")
    runs.add_argument("--metrics", nargs="+", help="columns, such as auc")
    runs.add_argument("--batch-size", type=int)
    runs.add_argument("--epochs", type=int)
    runs.add_argument("--patience", type=int)
    runs.add_argument(
        "--learning-rates",
        type=float,
        nargs="+",
        help="more than one: each is tried, the best on dev is taken",
    )


def protocol_of(options: argparse.Namespace) -> Protocol:
    """Returns the protocol that the options describe.

    Args:
        options: What the parser returned.

    Raises:
        ValueError: If there is no such protocol, preset or model, or what is
            described contradicts itself.
    """
    if options.protocol.endswith(".json"):
        given = [n for n in ("data", "folder") if getattr(options, n)]
        if given or options.rows != ():
            raise ValueError(
                "A protocol file says on which data it runs; change them "
                f"there. Received: {options.protocol} and {given or ['rows']}."
            )
        protocol = reading.read_protocol(options.protocol)
    else:
        make = find_protocol(options.protocol)
        has_data = options.data or options.folder or options.rows != ()
        protocol = make(_preset_of(options) if has_data else None)
    if options.models:
        protocol = protocol.only(options.models)
    settings: dict[str, Any] = {
        name: getattr(options, name)
        for name in ("batch_size", "epochs", "patience")
        if getattr(options, name) is not None
    }
    if options.learning_rates:
        settings["learning_rates"] = tuple(options.learning_rates)
    changes: dict[str, Any] = {
        name: tuple(getattr(options, name))
        for name in ("seeds", "metrics")
        if getattr(options, name) is not None
    }
    changes["settings"] = dataclasses.replace(protocol.settings, **settings)
    return dataclasses.replace(protocol, **changes)


def find_protocol(name: str) -> Callable[[Preset | None], Protocol]:
    """Returns what makes the protocol of a name.

    Args:
        name: Such as `pimm_table_1`.

    Raises:
        ValueError: If there is no such protocol.
    """
    if name not in protocols.__all__:
        close = difflib.get_close_matches(name, protocols.__all__, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"The protocol should be one of {protocols.__all__}, or a file "
            f"whose name ends in .json.{hint} Received: {name!r}."
        )
    found: Callable[[Preset | None], Protocol] = getattr(protocols, name)
    return found


def default_folder(protocol: Protocol) -> Path:
    """Returns where a protocol's results go if nothing else is said.

    Args:
        protocol: The protocol.
    """
    return Path("runs/experiments", f"{protocol.name}-{protocol.data.name}")


def _preset_of(options: argparse.Namespace) -> Preset:
    config: dict[str, Any] = {"preset": options.data or _DEFAULT_DATA}
    if options.folder is not None:
        config["folder"] = options.folder
    if options.rows != ():
        config["rows"] = options.rows
    return reading.preset_of(config)


def _rows(text: str) -> Any:
    if text == "all":
        return None
    numbers = [int(part) for part in text.split(",")]
    return numbers if len(numbers) > 1 else numbers[0]


def _seeds(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")]
    return numbers if "," in text else list(range(numbers[0]))
