"""Recall by the best-scored share of the rows."""

from typing import Any

import keras

from tfmtl.metrics.at_percent import AtPercent


@keras.saving.register_keras_serializable("tfmtl")
class RecallAtPercent(AtPercent):
    """Share of the positives that the `percent` % scored highest contain.

    NaN where there are no positives or a prediction is NaN. Ties go to the
    earlier row. Weights count as rows: a row of weight 2 is two of them, in
    the share and among the positives.

    Args:
        percent: Share of the rows that is selected, in (0, 100] percent.
        name: Name of the metric.
        **kwargs: Keyword arguments of `keras.metrics.Metric`.

    Raises:
        ValueError: If `percent` is out of range.

    Example:

    >>> metric = tfmtl.metrics.RecallAtPercent(50)
    >>> metric.update_state([1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1])
    >>> metric.result()
    0.5

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.1.
    """

    def __init__(
        self,
        percent: float = 5.0,
        name: str = "recall_at_percent",
        **kwargs: Any,
    ) -> None:
        super().__init__(percent, name, **kwargs)

    def ratio(self, hits: float, selected: float, positives: float) -> float:
        return hits / positives if positives else float("nan")
