"""Multi-task models."""

from tfmtl.models.base import MultiTaskModel
from tfmtl.models.base import NonFiniteLossError
from tfmtl.models.mmoe import MMoE

__all__ = ["MMoE", "MultiTaskModel", "NonFiniteLossError"]
