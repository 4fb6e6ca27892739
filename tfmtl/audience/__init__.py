"""From seeds to an audience: customised models and the users they choose."""

from tfmtl.audience.audience_expander import AudienceExpander
from tfmtl.audience.converged import Converged
from tfmtl.audience.epochs import Epochs
from tfmtl.audience.estimate import Estimate
from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.fit_report import FitReport

__all__ = [
    "AudienceExpander",
    "Converged",
    "Epochs",
    "Estimate",
    "FineTuning",
    "FitReport",
]
