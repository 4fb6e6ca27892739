"""A straight line down to a floor."""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class LinearDecay:
    """Falls by `rate` an epoch from `initial` to `floor`, within [0, 1].

        value(epoch) = clip(max(initial - epoch * rate, floor), 0, 1)

    Epochs count from 0 and need not be whole: `epoch + step / steps_per_epoch`
    makes it a schedule of steps.

    Args:
        initial: Value at epoch 0.
        rate: What is taken off per epoch.
        floor: Where it ends.

    Raises:
        ValueError: If the rate is negative or the floor above the initial
            value.

    Example:

    >>> decay = tfmtl.training.LinearDecay(initial=0.5, rate=0.25, floor=0.25)
    >>> [decay(epoch) for epoch in range(3)]
    [0.5, 0.25, 0.25]
    >>> decay.min_epochs
    2

    Reference:
        [Weng et al., 2023](https://doi.org/10.1145/3539618.3591969), eq. 4.
    """

    initial: float
    rate: float
    floor: float

    def __post_init__(self) -> None:
        if self.rate < 0 or self.floor > self.initial:
            raise ValueError(
                "LinearDecay should fall: `rate` not negative and `floor` not "
                f"above `initial`. Received: initial={self.initial!r}, "
                f"rate={self.rate!r}, floor={self.floor!r}."
            )

    def __call__(self, epoch: float) -> float:
        value = max(self.initial - epoch * self.rate, self.floor)
        return min(max(value, 0.0), 1.0)

    @property
    def min_epochs(self) -> int:
        """Number of epochs until one has been run at the floor.

        Training should not stop earlier: `ceil((initial - floor) / rate) + 1`.

        Raises:
            ValueError: If the rate is 0 and the floor is never reached.
        """
        if self.initial == self.floor:
            return 1
        if self.rate == 0:
            raise ValueError(
                "A decay of rate 0 never reaches its floor; use "
                f"Constant({self.initial!r}). Received: {self!r}."
            )
        # 2/3 over 1/3 is a little more than 2 in floating point.
        epochs = round((self.initial - self.floor) / self.rate, 9)
        return math.ceil(epochs) + 1
