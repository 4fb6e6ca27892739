"""Multi-task models."""

from tfmtl.models.aitm import AITM
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.cgc import CGC
from tfmtl.models.cross_stitch import CrossStitch
from tfmtl.models.esm2 import ESM2
from tfmtl.models.esmm import ESMM
from tfmtl.models.m2m import M2M
from tfmtl.models.man import MAN
from tfmtl.models.metaheac import MetaHeac
from tfmtl.models.mmoe import MMoE
from tfmtl.models.mncm import MNCM
from tfmtl.models.mran import MRAN
from tfmtl.models.non_finite_loss_error import NonFiniteLossError
from tfmtl.models.omoe import OMoE
from tfmtl.models.path_model import PathModel
from tfmtl.models.pimm import PIMM
from tfmtl.models.ple import PLE
from tfmtl.models.shared_bottom import SharedBottom
from tfmtl.models.single_task import SingleTask
from tfmtl.models.tower_model import TowerModel

__all__ = [
    "AITM",
    "CGC",
    "CrossStitch",
    "ESM2",
    "ESMM",
    "M2M",
    "MAN",
    "MMoE",
    "MNCM",
    "MRAN",
    "MetaHeac",
    "MultiTaskModel",
    "NonFiniteLossError",
    "OMoE",
    "PIMM",
    "PLE",
    "PathModel",
    "SharedBottom",
    "SingleTask",
    "TowerModel",
]
