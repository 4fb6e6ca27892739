"""Multi-task models."""

from tfmtl.models.aitm import AITM
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.esmm import ESMM
from tfmtl.models.mmoe import MMoE
from tfmtl.models.non_finite_loss_error import NonFiniteLossError
from tfmtl.models.path_model import PathModel
from tfmtl.models.pimm import PIMM
from tfmtl.models.shared_bottom import SharedBottom
from tfmtl.models.single_task import SingleTask
from tfmtl.models.tower_model import TowerModel

__all__ = [
    "AITM",
    "ESMM",
    "MMoE",
    "MultiTaskModel",
    "NonFiniteLossError",
    "PIMM",
    "PathModel",
    "SharedBottom",
    "SingleTask",
    "TowerModel",
]
