"""The models of the planted-funnel experiment, all of one size."""

from collections.abc import Callable

import tfmtl
from tfmtl.datasets.synthetic import SyntheticPath
from tfmtl.training import Constant
from tfmtl.training import LinearDecay
from tfmtl.types import Schedule

TOWER_UNITS = (64, 32)
CURRICULUM = LinearDecay(initial=0.5, rate=0.25, floor=0.25)

Maker = Callable[[SyntheticPath, int], tfmtl.models.MultiTaskModel]


def _shared_bottom(path: SyntheticPath, seed: int) -> tfmtl.models.SharedBottom:
    return tfmtl.models.SharedBottom(
        path.features, path.tasks, tower_units=TOWER_UNITS, seed=seed
    )


def _shared_layer(path: SyntheticPath, seed: int) -> tfmtl.models.SharedBottom:
    return tfmtl.models.SharedBottom(
        path.features,
        path.tasks,
        bottom_units=TOWER_UNITS[:-1],
        tower_units=TOWER_UNITS[-1:],
        seed=seed,
    )


def _esmm(path: SyntheticPath, seed: int) -> tfmtl.models.ESMM:
    return tfmtl.models.ESMM(
        path.features, path.tasks, tower_units=TOWER_UNITS, seed=seed
    )


def _mmoe(path: SyntheticPath, seed: int) -> tfmtl.models.MMoE:
    # An expert and a tower together are as deep as the others' towers.
    return tfmtl.models.MMoE(
        path.features,
        path.tasks,
        expert_units=TOWER_UNITS[:-1],
        tower_units=TOWER_UNITS[-1:],
        seed=seed,
    )


def _aitm(path: SyntheticPath, seed: int) -> tfmtl.models.AITM:
    return tfmtl.models.AITM(
        path.features, path.tasks, tower_units=TOWER_UNITS, seed=seed
    )


def _pimm(path: SyntheticPath, seed: int) -> tfmtl.models.PIMM:
    return tfmtl.models.PIMM(
        path.features, path.tasks, tower_units=TOWER_UNITS, seed=seed
    )


BASELINE = "SharedBottom"
LAYER_SHARED = "SharedBottom, one layer shared"
MAKERS: dict[str, tuple[Maker, Schedule | None]] = {
    BASELINE: (_shared_bottom, None),
    LAYER_SHARED: (_shared_layer, None),
    "ESMM": (_esmm, None),
    "MMoE": (_mmoe, None),
    "AITM": (_aitm, None),
    "PIMM": (_pimm, CURRICULUM),
    "PIMM, p = 0": (_pimm, Constant(0.0)),
    "PIMM, p = 1": (_pimm, Constant(1.0)),
}
