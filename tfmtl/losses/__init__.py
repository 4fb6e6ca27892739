"""Terms that models add to the losses of their tasks, and their balance."""

from tfmtl.losses.fixed_weights import FixedWeights
from tfmtl.losses.grad_norm import GradNorm
from tfmtl.losses.joint_loss import JointLoss
from tfmtl.losses.loss_balancing import LossBalancing
from tfmtl.losses.order_violation import order_violation
from tfmtl.losses.pc_grad import PCGrad
from tfmtl.losses.uncertainty_weighting import UncertaintyWeighting

__all__ = [
    "FixedWeights",
    "GradNorm",
    "JointLoss",
    "LossBalancing",
    "PCGrad",
    "UncertaintyWeighting",
    "order_violation",
]
