"""A mean over the units of an arm."""

import numpy as np
import pandas as pd

from tfmtl.abtest.metric import Metric
from tfmtl.abtest.metric import numbers_of
from tfmtl.abtest.parts import Parts


class Mean(Metric):
    """The mean of a column; of zeros and ones, the share of ones.

    Args:
        column: Name of the column.
        label: What to call it; the column's name by default.

    Example:

    >>> units = pd.DataFrame({"bought": [1, 0, 0, 1]})
    >>> control, treatment = units[:2], units[1:]
    >>> metric = tfmtl.abtest.Mean("bought")
    >>> tfmtl.abtest.compare(control, treatment, metric).control
    0.5
    """

    def __init__(self, column: str, label: str = "") -> None:
        super().__init__(label or column)
        self.column = column

    def parts(self, units: pd.DataFrame) -> Parts:
        (values,) = numbers_of(units, self.column)
        return Parts(values, np.ones_like(values))
