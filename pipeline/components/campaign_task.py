"""Whether a user responds to a campaign, judged campaign by campaign."""

import dataclasses

from tfmtl import metrics
from tfmtl.tasks import BinaryTask

PERCENT = 5


@dataclasses.dataclass(frozen=True)
class CampaignTask(BinaryTask):
    """A binary task that is judged by what a campaign gets.

    Example:

    >>> [metric.name for metric in CampaignTask("responds").metrics()]
    ['auc', 'precision_at_5', 'recall_at_5', 'log_loss', 'calibration_error']

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.1.
    """

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns AUC, precision and recall of the top, log-loss, calibration.

        A customised model may be off in calibration by design, where its
        negatives are a sample: no threshold bounds the error unless you set
        one.
        """
        return [
            metrics.AUC(),
            metrics.PrecisionAtPercent(PERCENT, f"precision_at_{PERCENT}"),
            metrics.RecallAtPercent(PERCENT, f"recall_at_{PERCENT}"),
            metrics.LogLoss(),
            metrics.CalibrationError(),
        ]

    def of_model(self) -> BinaryTask:
        """Returns the task for a model, which is saved without this class."""
        return BinaryTask(self.name)
