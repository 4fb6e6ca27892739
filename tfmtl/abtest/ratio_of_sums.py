"""A ratio of two sums over the units of an arm."""

import pandas as pd

from tfmtl.abtest.metric import Metric
from tfmtl.abtest.metric import numbers_of
from tfmtl.abtest.parts import Parts


class RatioOfSums(Metric):
    """One column's sum over another's, such as conversions over exposures.

    Who has been exposed often counts often. The exposures of a user are not
    independent of each other; that is why the units are users, and the
    interval is that of the delta method or of a bootstrap over users.

    Args:
        numerator: Name of the column above.
        denominator: Name of the column below.
        label: What to call it.

    Example:

    >>> units = pd.DataFrame({"bought": [2, 0], "shown": [3, 1]})
    >>> tfmtl.abtest.RatioOfSums("bought", "shown").parts(units).denominator
    array([3., 1.])

    Reference:
        [Deng et al., 2018](https://arxiv.org/abs/1803.06336), sec. 3.
    """

    def __init__(
        self, numerator: str, denominator: str, label: str = ""
    ) -> None:
        super().__init__(label or f"{numerator} / {denominator}")
        self.numerator = numerator
        self.denominator = denominator

    def parts(self, units: pd.DataFrame) -> Parts:
        return Parts(*numbers_of(units, self.numerator, self.denominator))
