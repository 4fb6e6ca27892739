"""AITM's sensitivity to the calibrator that keeps its steps in order."""

from tfmtl import models
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic import Synthetic
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.against_first import against_first
from tfmtl.experiments.protocols.baselines import towers

# The first one is the authors'.
_WEIGHTS = (0.6, 0.0, 0.1, 0.3, 1.0, 2.0)


def aitm_sensitivity(data: Preset | None = None) -> Protocol:
    """AITM by the weight of its calibrator.

    Args:
        data: Data; the planted synthetic path by default.
    """
    data = data or Synthetic()
    return against_first(
        "aitm_sensitivity",
        "AITM, sensitivity to the calibrator",
        data,
        [
            towers(
                models.AITM,
                data.tower_units,
                f"calibrator {weight:g}",
                calibrator_weight=weight,
            )
            for weight in _WEIGHTS
        ],
        metrics=("auc", "log_loss"),
    )
