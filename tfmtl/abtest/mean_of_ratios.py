"""A mean of the units' own ratios."""

import numpy as np
import pandas as pd

from tfmtl.abtest.metric import Metric
from tfmtl.abtest.metric import numbers_of
from tfmtl.abtest.parts import Parts


class MeanOfRatios(Metric):
    """The mean over the units of one column divided by another.

    Every user counts once, however often exposed; users who have not been
    have no ratio and do not count at all. It is another number than
    `RatioOfSums` has, and may move the other way.

    Args:
        numerator: Name of the column above.
        denominator: Name of the column below, not negative.
        label: What to call it.

    Example:

    >>> units = pd.DataFrame({"bought": [2, 0, 0], "shown": [4, 1, 0]})
    >>> parts = tfmtl.abtest.MeanOfRatios("bought", "shown").parts(units)
    >>> parts.numerator, parts.denominator
    (array([0.5, 0. , 0. ]), array([1., 1., 0.]))
    """

    def __init__(
        self, numerator: str, denominator: str, label: str = ""
    ) -> None:
        super().__init__(label or f"mean of {numerator} / {denominator}")
        self.numerator = numerator
        self.denominator = denominator

    def parts(self, units: pd.DataFrame) -> Parts:
        above, below = numbers_of(units, self.numerator, self.denominator)
        if (below < 0).any():
            raise ValueError(
                f"Column {self.denominator!r} should not be negative, for it "
                "is what a unit's ratio is of. "
                f"Received: {below.min():g} in row {int(np.argmin(below))}."
            )
        ratios = np.divide(above, below, np.zeros_like(above), where=below > 0)
        return Parts(ratios, (below > 0).astype(np.float64))
