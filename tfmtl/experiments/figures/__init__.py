"""Figures of runs, from the records that the runs left behind."""

try:
    import matplotlib
except ImportError as error:
    raise ImportError(
        'Figures need Matplotlib: `pip install "tfmtl[experiments]"`.'
    ) from error

from tfmtl.experiments.figures.attention_maps import attention_maps
from tfmtl.experiments.figures.calibration import calibration
from tfmtl.experiments.figures.cell_scores import cell_scores
from tfmtl.experiments.figures.convergence import convergence
from tfmtl.experiments.figures.critic_weights import critic_weights
from tfmtl.experiments.figures.curriculum import curriculum
from tfmtl.experiments.figures.differences import differences
from tfmtl.experiments.figures.gate_weights import UnusedExpert
from tfmtl.experiments.figures.gate_weights import gate_weights
from tfmtl.experiments.figures.gate_weights import unused_experts
from tfmtl.experiments.figures.learning_curves import learning_curves
from tfmtl.experiments.figures.representations import representations
from tfmtl.experiments.figures.seeds import seeds
from tfmtl.experiments.figures.sensitivity import sensitivity
from tfmtl.experiments.figures.sensitivity import settings_of

__all__ = [
    "UnusedExpert",
    "attention_maps",
    "calibration",
    "cell_scores",
    "convergence",
    "critic_weights",
    "curriculum",
    "differences",
    "gate_weights",
    "learning_curves",
    "representations",
    "seeds",
    "sensitivity",
    "settings_of",
    "unused_experts",
]
