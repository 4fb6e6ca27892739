"""Forecasts put to use: tasks and rewards for advertisers about to pause."""

from tfmtl.activation.activation_plan import ActivationPlan
from tfmtl.activation.budget import Budget
from tfmtl.activation.ledger import Ledger
from tfmtl.activation.measurement import Measurement
from tfmtl.activation.measurement import measure
from tfmtl.activation.offer import Offer
from tfmtl.activation.planning import make_plan
from tfmtl.activation.selection import Selection

__all__ = [
    "ActivationPlan",
    "Budget",
    "Ledger",
    "make_plan",
    "measure",
    "Measurement",
    "Offer",
    "Selection",
]
