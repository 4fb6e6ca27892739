"""From a protocol file, in JSON, to a protocol."""

import dataclasses
import difflib
import json
import os
from collections.abc import Collection
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import TypeVar

from tfmtl import training
from tfmtl.experiments import presets
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.network import Curriculum
from tfmtl.experiments.network import Network
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trees import Trees
from tfmtl.experiments.two_stage import TwoStage
from tfmtl.models.find_model import find_model

TREES = "LightGBM"
_T = TypeVar("_T")


def read_protocol(path: str | os.PathLike[str]) -> Protocol:
    """Reads a protocol file; the `protocol.json` of a folder is one too.

    Args:
        path: The file.

    Raises:
        ValueError: If it is no JSON, a key is unknown or missing, or the
            protocol contradicts itself.
    """
    try:
        config = json.loads(Path(path).read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(
            f"A protocol file should be JSON. Received: {path}: {error}."
        ) from error
    if isinstance(config, dict) and "environment" in config:
        config = config.get("config")
    return protocol_of(config)


def protocol_of(config: Any) -> Protocol:
    """Returns the protocol that a configuration describes.

    Args:
        config: What a protocol file holds.

    Raises:
        ValueError: If a key is unknown or missing, or the protocol
            contradicts itself.
    """
    needed = ("name", "data", "models", "baselines")
    optional = ("title", "settings", "seeds", "metrics")
    check_keys(config, needed, optional, "a protocol")
    data = preset_of(config["data"])
    settings = {**dataclasses.asdict(data.settings)}
    settings |= config.get("settings", {})
    lists = {k: tuple(config[k]) for k in ("seeds", "metrics") if k in config}
    return Protocol(
        name=config["name"],
        title=config.get("title", config["name"]),
        data=data,
        contenders=tuple(contender_of(each) for each in config["models"]),
        baselines=tuple(config["baselines"]),
        settings=build(Settings, settings, "`settings`"),
        **lists,
    )


def preset_of(config: Any) -> Preset:
    """Returns the preset that a configuration describes.

    Args:
        config: `{"preset": name}` and the preset's arguments.

    Raises:
        ValueError: If there is no such preset, or it has no such argument.
    """
    check_keys(config, ("preset",), config, "`data`")
    arguments = dict(config)
    preset = find_preset(arguments.pop("preset"))
    return build(preset, arguments, f"preset {preset.name!r}")


def find_preset(name: str) -> type[Preset]:
    """Returns the preset of a name.

    Args:
        name: Such as `synthetic`.

    Raises:
        ValueError: If there is no such preset.
    """
    classes = [getattr(presets, key) for key in presets.__all__]
    known = {each.name: each for each in classes if each is not Preset}
    if name not in known:
        raise ValueError(
            f"The data should be one of {sorted(known)}."
            f"{_hint(name, known)} Received: data={name!r}."
        )
    found: type[Preset] = known[name]
    return found


def contender_of(config: Any) -> Contender:
    """Returns the contender that a configuration describes.

    Args:
        config: `model`, the name of a class in `tfmtl.models` or "LightGBM";
            if wanted `name`, `options` of its constructor, `curriculum`,
            `grid` and `two_stage`.

    Raises:
        ValueError: If a key or the model is not known.
    """
    optional = ("name", "options", "curriculum", "grid", "two_stage")
    check_keys(config, ("model",), optional, "a model")
    name = config.get("name", config["model"])
    options = {k: _tuples(v) for k, v in config.get("options", {}).items()}
    if config["model"] == TREES:
        check_keys(config, ("model",), ("name", "options"), TREES)
        return build(Trees, {"name": name, **options}, TREES)
    two_stage = None
    if config.get("two_stage") is not None:
        two_stage = build(TwoStage, config["two_stage"], "`two_stage`")
    return Network(
        name,
        ModelMaker(find_model(config["model"]), options),
        _curriculum(config.get("curriculum")),
        {k: _tuples(v) for k, v in config.get("grid", {}).items()},
        two_stage,
    )


def build(cls: type[_T], arguments: Mapping[str, Any], what: str) -> _T:
    """Returns a dataclass made of arguments out of JSON.

    Args:
        cls: The dataclass.
        arguments: Its arguments; lists become tuples.
        what: What it is called in the message.

    Raises:
        ValueError: If there is no such argument.
    """
    names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
    check_keys(arguments, (), names, what)
    return cls(**{name: _tuples(v) for name, v in arguments.items()})


def check_keys(
    received: Any,
    needed: Collection[str],
    optional: Collection[str],
    what: str,
) -> None:
    """Refuses what is no JSON object, or has other keys than it should.

    Args:
        received: What stands in the file.
        needed: Keys that must be there.
        optional: Keys that may be.
        what: What it is called in the message.

    Raises:
        ValueError: If a key is unknown or missing.
    """
    if not isinstance(received, Mapping):
        raise ValueError(
            f"{what} should be a JSON object with the keys "
            f"{[*needed, *optional]}. Received: {received!r}."
        )
    known = [*needed, *optional]
    for key in received:
        if key not in known:
            raise ValueError(
                f"The keys of {what} are {known}.{_hint(key, known)} "
                f"Received: {key!r}."
            )
    missing = [key for key in needed if key not in received]
    if missing:
        raise ValueError(
            f"{what} needs the keys {list(needed)}; add the missing ones. "
            f"Received: {sorted(received)}, missing: {missing}."
        )


def _curriculum(config: Any) -> Curriculum | None:
    if config is None:
        return None
    schedule = training.Constant if "value" in config else training.LinearDecay
    keys = [field.name for field in dataclasses.fields(schedule)]
    check_keys(config, keys, (), "`curriculum`")
    made: Curriculum = schedule(**config)
    return made


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _hint(name: Any, known: Collection[str]) -> str:
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
