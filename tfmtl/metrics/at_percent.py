"""What the metrics of the best-scored share of the rows have in common."""

import abc
from typing import Any

import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


class AtPercent(PooledMetric):
    """Selects the rows scored highest, up to a share of the weight.

    At least one row is selected; ties go to the earlier row. A row of weight
    2 counts as two rows.

    A subclass writes `ratio`.

    Args:
        percent: Share of the rows that is selected, in percent.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.
    """

    def __init__(self, percent: float, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.percent = percent

    @abc.abstractmethod
    def ratio(self, hits: float, selected: float, positives: float) -> float:
        """Returns the metric; the arguments are sums of weights, or 0."""

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        order = np.argsort(-predictions, kind="stable")
        weight = weights[order].astype(np.float64)
        positive = labels[order] * weight
        budget = self.percent / 100 * weight.sum()
        count = np.searchsorted(np.cumsum(weight), budget, side="right")
        top = slice(max(1, int(count)))
        return self.ratio(
            float(positive[top].sum()),
            float(weight[top].sum()),
            float(positive.sum()),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "percent": self.percent}
