"""What the metrics of the best-scored share of the rows have in common."""

import abc
from typing import Any

import numpy as np

from tfmtl.metrics.pooled_metric import PooledMetric


class AtPercent(PooledMetric):
    """Selects the rows scored highest, up to a share of the weight.

    At least one row is selected; ties go to the earlier row. A row of weight
    2 counts as two rows. NaN where a prediction is NaN.

    A subclass writes `ratio`.

    Args:
        percent: Share of the rows that is selected, in (0, 100] percent.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Raises:
        ValueError: If `percent` is out of range.
    """

    def __init__(self, percent: float, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not 0 < percent <= 100:
            raise ValueError(
                "`percent` should be above 0 and at most 100, as in 5 for the "
                f"best twentieth. Received: percent={percent!r}."
            )
        self.percent = percent

    @abc.abstractmethod
    def ratio(self, hits: float, selected: float, positives: float) -> float:
        """Returns the metric; the arguments are sums of weights, or 0."""

    def compute(
        self, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray
    ) -> float:
        if np.isnan(predictions[weights > 0]).any():
            return float("nan")
        order = np.argsort(-predictions, kind="stable")
        weight = weights[order].astype(np.float64)
        positive = labels[order] * weight
        # 29 % of 100 rows would be 28.999999999999996 of them.
        budget = self.percent * weight.sum() / 100 * (1 + 1e-9)
        count = np.searchsorted(np.cumsum(weight), budget, side="right")
        top = slice(max(1, int(count)))
        return self.ratio(
            float(positive[top].sum()),
            float(weight[top].sum()),
            float(positive.sum()),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "percent": self.percent}
