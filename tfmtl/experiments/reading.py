"""From a protocol file, in JSON, to a protocol."""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfmtl import training
from tfmtl.experiments import presets
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.json_objects import build
from tfmtl.experiments.json_objects import check_keys
from tfmtl.experiments.json_objects import hint
from tfmtl.experiments.json_objects import tuples
from tfmtl.experiments.last_steps import LastSteps
from tfmtl.experiments.lookalike.reading import method_of
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.naive import Naive
from tfmtl.experiments.network import Curriculum
from tfmtl.experiments.network import Network
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.trees import Trees
from tfmtl.experiments.two_stage import TwoStage
from tfmtl.models.find_model import find_model

TREES = "LightGBM"
NAIVE = "Naive"
_OF_A_MODEL = (
    "name",
    "options",
    "curriculum",
    "grid",
    "two_stage",
    "optimizer",
    "last_steps",
)


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
        contenders=tuple(entrant_of(each) for each in config["models"]),
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
            f"{hint(name, known)} Received: data={name!r}."
        )
    found: type[Preset] = known[name]
    return found


def entrant_of(config: Any) -> Entrant:
    """Returns the entrant that a configuration describes.

    Args:
        config: With `method`, what `lookalike.reading.method_of` takes; else
            what `contender_of` takes.
    """
    if isinstance(config, Mapping) and "method" in config:
        return method_of(config)
    return contender_of(config)


def contender_of(config: Any) -> Contender:
    """Returns the contender that a configuration describes.

    Args:
        config: `model`, the name of a class in `tfmtl.models`, "LightGBM", or
            "Naive"; if wanted `name`, `options` of its constructor,
            `curriculum`, `grid`, `two_stage`, `optimizer`, `warmup_steps`
            and `last_steps`.

    Raises:
        ValueError: If a key or the model is not known.
    """
    optional: tuple[str, ...] = (
        "name",
        "options",
        "curriculum",
        "grid",
        "two_stage",
    )
    optional += ("optimizer", "warmup_steps", "last_steps")
    check_keys(config, ("model",), optional, "a model")
    name = config.get("name", config["model"])
    if "last_steps" in config:
        rest = {k: v for k, v in config.items() if k != "last_steps"}
        return LastSteps(name, contender_of(rest), config["last_steps"])
    if config["model"] == NAIVE:
        check_keys(config, ("model",), ("name",), NAIVE)
        return Naive(name)
    options = ModelMaker.options_of(config.get("options", {}))
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
        {k: tuples(v) for k, v in config.get("grid", {}).items()},
        two_stage,
        config.get("optimizer", {}),
        config.get("warmup_steps"),
    )


def _curriculum(config: Any) -> Curriculum | None:
    if config is None:
        return None
    schedule = training.Constant if "value" in config else training.LinearDecay
    keys = [field.name for field in dataclasses.fields(schedule)]
    check_keys(config, keys, (), "`curriculum`")
    made: Curriculum = schedule(**config)
    return made
