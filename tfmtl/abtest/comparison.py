"""Compares a metric between two arms."""

from collections.abc import Callable

import pandas as pd

from tfmtl.abtest.delta import delta_method
from tfmtl.abtest.effect import Effect
from tfmtl.abtest.metric import Metric
from tfmtl.abtest.parts import Parts
from tfmtl.estimate import Estimate

Method = Callable[[Parts, Parts], tuple[Estimate, Estimate, float]]


def compare(
    control: pd.DataFrame,
    treatment: pd.DataFrame,
    metric: Metric,
    method: Method = delta_method,
    arm: str = "treatment",
) -> Effect:
    """Returns what a treatment changes in a metric.

    Args:
        control: One row a unit of the control. Units are what was assigned:
            rows of one user have to be added up before.
        treatment: The same of the treatment.
        metric: `Mean`, `RatioOfSums`, `MeanOfRatios` or one of your own.
        method: `delta_method`, a `Bootstrap`, or a function that makes
            difference, lift and p of the parts of two arms.
        arm: Name of the treatment.

    Raises:
        ValueError: If a column is missing or not of finite numbers, or an arm
            has too few units to say anything.

    Example:

    >>> units = pd.DataFrame({"bought": [1, 0, 2, 3], "shown": [4, 3, 4, 5]})
    >>> metric = tfmtl.abtest.RatioOfSums("bought", "shown")
    >>> effect = tfmtl.abtest.compare(units[:2], units[2:], metric)
    >>> round(effect.control, 3), round(effect.treatment, 3)
    (0.143, 0.556)
    """
    before, after = metric.parts(control), metric.parts(treatment)
    difference, lift, p = method(before, after)
    return Effect(
        metric.label,
        float(before.numerator.sum() / before.denominator.sum()),
        float(after.numerator.sum() / after.denominator.sum()),
        difference,
        lift,
        p,
        arm,
    )
