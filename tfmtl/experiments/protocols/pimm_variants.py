"""What PIMM's parts and its curriculum are good for."""

import dataclasses
from typing import Any

from tfmtl import models
from tfmtl.experiments.network import Curriculum
from tfmtl.experiments.network import Network
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic import Synthetic
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.against_first import against_first
from tfmtl.experiments.protocols.baselines import towers
from tfmtl.experiments.protocols.pimm import ALI_CCP_CURRICULUM
from tfmtl.training import Constant
from tfmtl.training import LinearDecay

# (alpha, S, beta), the curriculum max(alpha - epoch * S, beta).
_SENSITIVITY = (
    (0.25, 0.25, 0.0),
    (0.5, 0.1, 0.25),
    (0.5, 0.25, 0.0),
    (0.5, 0.5, 0.0),
    (2 / 3, 1 / 3, 0.0),
    (0.75, 0.25, 0.25),
    (0.75, 0.25, 0.5),
    (1.0, 0.25, 0.0),
    (1.0, 0.25, 0.25),
    (1.0, 0.5, 0.5),
)


def pimm_ablations(data: Preset | None = None) -> Protocol:
    """PIMM less one of its parts at a time.

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    decay = ALI_CCP_CURRICULUM
    return against_first(
        "pimm_ablations",
        "PIMM, ablations",
        data,
        (
            _pimm(data, "PIMM", decay),
            _pimm(data, "without explicit information", decay, explicit=False),
            _pimm(data, "without implicit information", decay, implicit=False),
            _pimm(data, "without stop-gradient", decay, stop_gradient=False),
            _pimm(data, "without residual", decay, residual=False),
            _pimm(data, "p fixed at 0", Constant(0.0)),
            _pimm(data, "p fixed at 1", Constant(1.0)),
        ),
    )


def pimm_sensitivity(data: Preset | None = None) -> Protocol:
    """PIMM under other curricula (alpha, S, beta) than its own.

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    own = ALI_CCP_CURRICULUM
    schedules = [LinearDecay(*numbers) for numbers in _SENSITIVITY]
    return against_first(
        "pimm_sensitivity",
        "PIMM, sensitivity to (alpha, S, beta)",
        data,
        tuple(
            _pimm(data, _numbers(schedule), schedule)
            for schedule in (own, *schedules)
        ),
    )


def _pimm(
    data: Preset, name: str, curriculum: Curriculum, **options: Any
) -> Network:
    network = towers(models.PIMM, data.tower_units, name, **options)
    return dataclasses.replace(network, curriculum=curriculum)


def _numbers(decay: LinearDecay) -> str:
    numbers = (decay.initial, decay.rate, decay.floor)
    return f"({', '.join(f'{number:.3g}' for number in numbers)})"
