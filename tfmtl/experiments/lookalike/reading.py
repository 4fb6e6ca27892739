"""From a protocol file to the methods that find users for campaigns."""

from collections.abc import Mapping
from typing import Any

from tfmtl.experiments.json_objects import build
from tfmtl.experiments.json_objects import check_keys
from tfmtl.experiments.json_objects import hint
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.hubble import Hubble
from tfmtl.experiments.lookalike.logistic_regression import LogisticRegression
from tfmtl.experiments.lookalike.meta_training import MetaTraining
from tfmtl.experiments.lookalike.one_stage import OneStage
from tfmtl.experiments.lookalike.own_heads import OwnHeads
from tfmtl.experiments.lookalike.pinterest import Pinterest
from tfmtl.experiments.lookalike.pretrained import Pretrained
from tfmtl.experiments.lookalike.with_embeddings import WithEmbeddings
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.models.find_model import find_model

_METHODS: tuple[type[CampaignContender], ...] = (
    Hubble,
    LogisticRegression,
    OneStage,
    OwnHeads,
    Pinterest,
    WithEmbeddings,
)
_PRETRAINED = Pretrained.__name__


def method_of(config: Mapping[str, Any]) -> CampaignContender:
    """Returns the contender that a configuration describes.

    Args:
        config: `method`, the name of a class such as `Hubble`; if wanted
            `name` and `options` of its constructor. For `Pretrained` it is
            the `options` of its `model`, and `meta`, `offline_epochs` and
            `tuning_rate` stand beside them.

    Raises:
        ValueError: If a key or the method is not known.
    """
    name = config.get("name", config["method"])
    if config["method"] == _PRETRAINED:
        return _pretrained(name, config)
    check_keys(config, ("method",), ("name", "options"), "a method")
    known = {each.__name__: each for each in _METHODS}
    if config["method"] not in known:
        names = sorted([*known, _PRETRAINED])
        raise ValueError(
            f"The methods are {names}.{hint(config['method'], names)} "
            f"Received: method={config['method']!r}."
        )
    options = {"name": name, **config.get("options", {})}
    return build(known[config["method"]], options, config["method"])


def _pretrained(name: str, config: Mapping[str, Any]) -> Pretrained:
    numbers = ("offline_epochs", "tuning_rate")
    optional = ("name", "options", "meta", *numbers)
    check_keys(config, ("method", "model"), optional, _PRETRAINED)
    options = ModelMaker.options_of(config.get("options", {}))
    meta = config.get("meta")
    return Pretrained(
        name,
        ModelMaker(find_model(config["model"]), options),
        None if meta is None else build(MetaTraining, meta, "`meta`"),
        **{key: config[key] for key in numbers if key in config},
    )
