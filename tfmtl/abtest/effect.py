"""What an arm of an experiment changes in a metric."""

import dataclasses
import math

from tfmtl.estimate import Estimate

LEVEL = 0.05


@dataclasses.dataclass(frozen=True)
class Effect:
    """A metric of a treatment beside that of the control.

    Args:
        metric: What the metric is called.
        control: Its value in the control.
        treatment: Its value in the treatment.
        difference: How much more it is in the treatment.
        lift: The same relative to the control's value.
        p: Chance of a difference as great, were there none; two-sided.
        arm: Name of the treatment.

    Example:

    >>> buyers = tfmtl.abtest.proportion_test((100, 1000), (130, 1000))
    >>> buyers.is_shown, round(buyers.lift.value, 2)
    (True, 0.3)
    >>> print(buyers.conclusion)
    share: treatment is higher, +30.0% [+1.8%, +67.5%], p = 0.035.
    """

    metric: str
    control: float
    treatment: float
    difference: Estimate
    lift: Estimate
    p: float
    arm: str = "treatment"

    @property
    def is_shown(self) -> bool:
        """Whether p is below 0.05."""
        return self.p < LEVEL

    @property
    def conclusion(self) -> str:
        """What may be said of it, in a sentence."""
        p = f"p = {self.p:.3f}" if self.p >= 0.001 else "p < 0.001"
        if not self.is_shown:
            return (
                f"{self.metric}: no difference is shown between {self.arm} "
                f"and control; {self._size(False)} would agree with what was "
                f"measured, {p}."
            )
        more = "higher" if self.difference.value > 0 else "lower"
        return f"{self.metric}: {self.arm} is {more}, {self._size()}, {p}."

    def _size(self, with_value: bool = True) -> str:
        shown, spec = self.lift, "+.1%"
        if not math.isfinite(shown.high - shown.low):
            shown, spec = self.difference, "+.3g"
        bounds = f"{shown.low:{spec}}, {shown.high:{spec}}"
        if with_value:
            return f"{shown.value:{spec}} [{bounds}]"
        return f"anything in [{bounds}]"
