"""MAN's tables 1 and 2: seven models, and MAN less its parts."""

import dataclasses
from typing import Any

from tfmtl import models
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.network import Network
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic import Synthetic
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.against_first import against_first
from tfmtl.experiments.protocols.baselines import towers
from tfmtl.experiments.trees import Trees
from tfmtl.experiments.two_stage import TwoStage

_HALF = 4  # of eight experts: as many are shared as are a task's own


def man_table_1(data: Preset | None = None) -> Protocol:
    """MAN, trained in two stages, beside six others (table 1 of the paper).

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    baselines: tuple[Contender, ...] = (
        Trees(),
        _experts(models.OMoE, data, num_experts=2 * _HALF),
        _experts(models.MMoE, data, num_experts=2 * _HALF),
        towers(models.ESMM, data.tower_units),
        _experts(models.PLE, data, num_shared=_HALF, num_specific=_HALF),
        towers(models.AITM, data.tower_units),
    )
    return Protocol(
        "man_table_1",
        "MAN, table 1: models of click and conversion",
        data,
        contenders=(*baselines, _man(data, "MAN", TwoStage())),
        baselines=tuple(each.name for each in baselines),
        settings=data.settings,
    )


def man_table_2(data: Preset | None = None) -> Protocol:
    """MAN less meta-learning, attention, or both (table 2 of the paper).

    Without meta-learning there is one ordinary stage that trains everything.

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    return against_first(
        "man_table_2",
        "MAN, table 2: less its parts",
        data,
        (
            _man(data, "MAN", TwoStage()),
            _man(data, "without meta", None),
            _man(data, "without attention", TwoStage(), attention=False),
            _man(data, "without meta and attention", None, attention=False),
        ),
    )


def _experts(
    model: type, data: Preset, name: str | None = None, **options: Any
) -> Network:
    expert_units, tower_units = data.man_units
    options = {"expert_units": expert_units, **options}
    return towers(model, tower_units, name, **options)


def _man(
    data: Preset, name: str, two_stage: TwoStage | None, **options: Any
) -> Network:
    network = _experts(
        models.MAN,
        data,
        name,
        num_shared=_HALF,
        num_specific=_HALF,
        **options,
    )
    return dataclasses.replace(network, two_stage=two_stage)
