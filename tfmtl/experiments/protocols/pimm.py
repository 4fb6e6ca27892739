"""PIMM's tables 1 and 2: eleven models on a conversion path."""

import dataclasses
from collections.abc import Sequence

from tfmtl import models
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic import Synthetic
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.baselines import experts
from tfmtl.experiments.protocols.baselines import towers
from tfmtl.experiments.trees import Trees
from tfmtl.training import LinearDecay

ALI_CCP_CURRICULUM = LinearDecay(initial=0.5, rate=0.25, floor=0.25)
# Two thirds, one third, nothing.
INDUSTRIAL_CURRICULUM = LinearDecay(initial=2 / 3, rate=1 / 3, floor=0.0)


def pimm_table_1(data: Preset | None = None) -> Protocol:
    """PIMM beside ten others, as on Ali-CCP (table 1 of the paper).

    The paper's table has SharedBottom, ESMM, MMoE, PLE, AITM, MNCM and PIMM;
    LightGBM, single-task networks, CrossStitch and OMoE stand beside them.

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    return _protocol(
        "pimm_table_1",
        "PIMM, table 1: models of a conversion path",
        data,
        _baselines(data.tower_units, num_experts=4),
        ALI_CCP_CURRICULUM,
    )


def pimm_table_2(data: Preset | None = None) -> Protocol:
    """PIMM beside ten others, as on the industrial path (table 2).

    That is the curriculum that ends at 0, and six experts of MMoE; three
    tasks are the data's affair.

    Args:
        data: Data; the planted synthetic path of three steps by default.
    """
    data = data or Synthetic()
    return _protocol(
        "pimm_table_2",
        "PIMM, table 2: models of a conversion path of three steps",
        data,
        _baselines(data.tower_units, num_experts=6),
        INDUSTRIAL_CURRICULUM,
    )


def _protocol(
    name: str,
    title: str,
    data: Preset,
    baselines: tuple[Contender, ...],
    curriculum: LinearDecay,
) -> Protocol:
    pimm = towers(models.PIMM, data.tower_units)
    pimm = dataclasses.replace(pimm, curriculum=curriculum)
    return Protocol(
        name,
        title,
        data,
        contenders=(*baselines, pimm),
        baselines=tuple(each.name for each in baselines),
        settings=data.settings,
    )


def _baselines(units: Sequence[int], num_experts: int) -> tuple[Contender, ...]:
    return (
        Trees(),
        towers(models.SingleTask, units),
        towers(models.SharedBottom, units),
        towers(models.CrossStitch, units),
        towers(models.ESMM, units),
        experts(models.OMoE, units, num_experts=num_experts),
        experts(models.MMoE, units, num_experts=num_experts),
        experts(models.PLE, units, num_shared=2, num_specific=2),
        towers(models.AITM, units),
        experts(models.MNCM, units, num_shared=2, num_specific=2),
    )
