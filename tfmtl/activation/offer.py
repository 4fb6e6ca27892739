"""A kind of task, and what it pays."""

import dataclasses
import math

import numpy as np

from tfmtl.activation.budget import check_money


@dataclasses.dataclass(frozen=True)
class Offer:
    """A task made to measure: more of a metric than is forecast.

    For a forecast `y` the advertiser is asked to reach

        target = max(floor, ceil((1 + raise_by) * y))

    and paid for what is asked on top of the forecast, within limits:

        reward = clip(ceil(pay * (target - y)), least, most)
        gain   = chance * worth * (target - y)

    Args:
        metric: What is asked for, a column of the forecasts.
        worth: What one unit of it is worth, in cents.
        pay: What one unit more than the forecast pays, in cents.
        raise_by: By what share to raise the forecast, above 0.
        floor: The least target.
        limits: The least and the most that a task pays, in cents.
        chance: Share of such tasks that are completed because they were
            offered. `measure` tells it after the first plan.

    Raises:
        ValueError: If a number is out of range.

    Example:

    >>> offer = tfmtl.activation.Offer("clicks", worth=30, pay=10)
    >>> target, reward, gain = offer(np.array([0.4, 12.0]))
    >>> target, reward
    (array([ 1, 15]), array([100, 100]))
    """

    metric: str
    worth: int
    pay: int
    raise_by: float = 0.2
    floor: int = 1
    limits: tuple[int, int] = (100, 10_000)
    chance: float = 0.3

    def __post_init__(self) -> None:
        check_money("worth", self.worth, least=1)
        check_money("pay", self.pay)
        check_money("floor", self.floor, least=1)
        if len(self.limits) != 2:
            raise ValueError(
                "`limits` should be two, the least and the most that a task "
                f"pays. Received: limits={self.limits!r}."
            )
        least, most = self.limits
        check_money("limits[0]", least, least=1)
        check_money("limits[1]", most, least=least)
        if not (0 < self.chance <= 1 and 0 < self.raise_by < math.inf):
            raise ValueError(
                "`chance` should be above 0 and at most 1, and `raise_by` "
                f"above 0. Received: chance={self.chance!r}, "
                f"raise_by={self.raise_by!r}."
            )

    def __call__(
        self, forecast: np.ndarray, most: int | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns target and reward, whole numbers, and the gain.

        Args:
            forecast: `(rows,)`, not negative.
            most: The highest target that can be reached, such as 7 days.
        """
        # Rounded, for 1.1 * 10 is more than 11 to a computer.
        raised = np.ceil(np.round((1 + self.raise_by) * forecast, 9))
        target = np.clip(raised, self.floor, most)
        more = target - forecast
        reward = np.clip(np.ceil(np.round(self.pay * more, 6)), *self.limits)
        gain = self.chance * self.worth * more
        return target.astype(np.int64), reward.astype(np.int64), gain
