"""What is compared between the arms of an experiment."""

import abc

import numpy as np
import pandas as pd

from tfmtl.abtest.parts import Parts
from tfmtl.datasets import checks


class Metric(abc.ABC):
    """A number of an arm that is the ratio of two sums over its units.

    A unit is what was assigned, a user as a rule, and one row of a table. For
    a metric of your own, say what a unit adds to either sum.

    Args:
        label: What to call it.

    Example:

        class RevenuePerVisit(abtest.Metric):
            def parts(self, units):
                revenue = units["paid"] - units["refund"]
                return abtest.Parts(revenue, units["visits"])

        metric = RevenuePerVisit("revenue per visit")
    """

    def __init__(self, label: str) -> None:
        self.label = label

    @abc.abstractmethod
    def parts(self, units: pd.DataFrame) -> Parts:
        """Returns what each unit adds to the sums.

        Args:
            units: One row a unit.
        """


def numbers_of(units: pd.DataFrame, *names: str) -> list[np.ndarray]:
    """Returns columns of the units as float64.

    Args:
        units: One row a unit.
        *names: The columns.

    Raises:
        TableError: If there are no units, or a column is missing or holds
            anything but finite numbers.
    """
    checks.check_numbers(units, names, "the table of units")
    return [units[name].to_numpy(np.float64) for name in names]
