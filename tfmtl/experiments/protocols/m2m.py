"""M2M's tables 4 and 5, and its sensitivity, on advertisers of any data.

Smaller than in the paper, where attention's units are 512 wide and three
layers deep: what a model has between the features and a score is some 64 units
wide in all of them, and of two hidden layers. M2M's are those of the experts
and of a tower of one block with one layer; attention and tower are shared by
the tasks.
"""

import dataclasses
from typing import Any

from tfmtl import layers
from tfmtl import models
from tfmtl.datasets.windows.targets import FOUR_WEEKS
from tfmtl.datasets.windows.targets import LAST_WEEK
from tfmtl.experiments.last_steps import LastSteps
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.naive import Naive
from tfmtl.experiments.network import Network
from tfmtl.experiments.presets.advertisers import Advertisers
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.scenarios import Scenarios
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.against_first import against_first
from tfmtl.experiments.protocols.baselines import experts
from tfmtl.experiments.protocols.baselines import towers
from tfmtl.layers import activations

METRICS = ("nmae", "smape", "smape_raw", "explained")
HISTORIES = (10, 20, 30, 40, 50, 60)
SCENARIO_UNITS = (8, 16, 32, 64, 128)
DEPTHS = (1, 2, 3, 4, 5)
_OWN = (40, 32, 1)
# The paper's Adam, for all networks alike.
_OPTIMIZER = {"beta_2": 0.998, "epsilon": 1e-9, "clipvalue": 3.0}
# Weights that make weights are sent far by the first steps of Adam, which are
# as long as its rate whatever the gradient; hence the slow start, of all.
_WARMUP_STEPS = 500


def m2m_table_4(data: Preset | None = None) -> Protocol:
    """M2M beside six others and two forecasts without a model (table 4).

    Args:
        data: Data; planted scenarios by default.
    """
    data = data or Scenarios()
    others = (
        Naive(LAST_WEEK),
        Naive(FOUR_WEEKS),
        *map(_trained_alike, _baselines(data)),
    )
    return Protocol(
        "m2m_table_4",
        "M2M, table 4: forecasts of every task in every scenario",
        data,
        contenders=(*others, _m2m(data, "M2M")),
        baselines=tuple(each.name for each in others),
        settings=data.settings,
        metrics=METRICS,
    )


def m2m_table_5(data: Preset | None = None) -> Protocol:
    """M2M less its parts (table 5), each held against the whole model.

    Without the meta tower its layers are dense ones, the same in every
    scenario, and so is the attention's without the meta attention; or the
    experts are averaged. Without the transformer layer the days' vectors
    stand side by side as they are.

    Args:
        data: Data; planted scenarios by default.
    """
    data = data or Scenarios()
    days = _attention(attention=False)
    return against_first(
        "m2m_table_5",
        "M2M, table 5: less its parts",
        data,
        (
            _m2m(data, "M2M"),
            _m2m(data, "without meta tower", meta_tower=False),
            _m2m(data, "without meta attention", meta_attention=False),
            _m2m(data, "without attention", attention=False),
            _m2m(data, "without transformer", sequence_attention=days),
        ),
        METRICS,
    )


def m2m_sensitivity(data: Preset | None = None) -> Protocol:
    """M2M by days of history, width of the scenario, depth of a meta unit.

    One of the three differs from the first contender's at a time. All are
    trained and judged on the same samples, those with the longest history, of
    which each is handed the last days.

    Args:
        data: Data; planted scenarios by default.

    Raises:
        ValueError: If the data have no daily histories.
    """
    data = data or Scenarios()
    if not isinstance(data, Advertisers | Scenarios):
        raise ValueError(
            "Histories of other lengths are cut out of daily facts; take "
            f"{Scenarios.name!r} or {Advertisers.name!r}. "
            f"Received: data={data.name!r}."
        )
    data = dataclasses.replace(data, history=max(HISTORIES))
    history, width, depth = _OWN
    points = [
        _OWN,
        *((each, width, depth) for each in HISTORIES),
        *((history, each, depth) for each in SCENARIO_UNITS),
        *((history, width, each) for each in DEPTHS),
    ]
    return against_first(
        "m2m_sensitivity",
        "M2M, sensitivity",
        data,
        [_point(data, *point) for point in dict.fromkeys(points)],
        METRICS,
    )


def _baselines(data: Preset) -> tuple[Network, ...]:
    units = data.tower_units
    options = {"activation": activations.leaky_relu}
    return (
        towers(models.SingleTask, units, **options),
        towers(
            models.SharedBottom,
            units[-1:],
            bottom_units=units[:-1],
            **options,
        ),
        towers(models.CrossStitch, units, **options),
        experts(models.MMoE, units, num_experts=4, **options),
        towers(models.MRAN, units[-1:], flatten_sequences=True, **options),
        experts(models.CGC, units, num_shared=2, num_specific=1, **options),
    )


def _m2m(data: Preset, name: str, **options: Any) -> Network:
    options = {
        "sequences": data.sequences,
        "scenario_features": data.scenario_features,
        "sequence_attention": _attention(),
        "expert_units": data.tower_units[:1],
        "scenario_units": _OWN[1],
        "num_blocks": 1,
        "meta_unit": _unit(_OWN[2]),
        "meta_sharing": True,
        "meta_dim": data.tower_units[-1],
        **options,
    }
    return _trained_alike(Network(name, ModelMaker(models.M2M, options)))


def _attention(**options: Any) -> layers.SequenceAttention:
    return layers.SequenceAttention(
        16, num_heads=2, position_dim=8, name="history", **options
    )


def _unit(depth: int) -> layers.MetaUnit:
    return layers.MetaUnit(depth, name="meta_unit")


def _point(data: Preset, history: int, width: int, depth: int) -> LastSteps:
    name = f"history {history}, scenario {width}, depth {depth}"
    model = _m2m(data, name, scenario_units=width, meta_unit=_unit(depth))
    return LastSteps(name, model, history)


def _trained_alike(network: Network) -> Network:
    return dataclasses.replace(
        network, optimizer=_OPTIMIZER, warmup_steps=_WARMUP_STEPS
    )
