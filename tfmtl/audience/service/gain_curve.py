"""How many of the users like the seeds an audience of a size would find."""

import dataclasses

import numpy as np

from tfmtl.audience.service.held_out_users import HeldOutUsers
from tfmtl.estimate import Estimate
from tfmtl.layers.sizes import check_sizes

_POINTS = 101


@dataclasses.dataclass(frozen=True, eq=False)
class GainCurve:
    """Share of the held-out seeds among the best users, by their number.

    Args:
        pool: Number of users that an audience can be chosen from.
        held_out: Whom the model is judged by.

    Example:

        curve = service.gain_curve("spring")
        print(f"{curve.found(5_000)} of the seeds among the best 5,000")
    """

    pool: int
    held_out: HeldOutUsers

    def found(self, size: int) -> Estimate:
        """Returns the share of the held-out seeds among the best `size`.

        What share of all users like the seeds an audience can be expected to
        hold.

        Args:
            size: Number of users.

        Raises:
            ValueError: If there are not as many.
        """
        lift, share = self.lift(size), size / self.pool
        return Estimate(*(v * share for v in (lift.value, lift.low, lift.high)))

    def lift(self, size: int) -> Estimate:
        """Returns how many times more that is than at random.

        Args:
            size: Number of users.

        Raises:
            ValueError: If there are not as many.
        """
        check_sizes(size=size)
        if size > self.pool:
            raise ValueError(
                "`size` should be no more than there are users that are "
                "neither seeds nor have opted out. Received: "
                f"size={size!r}, {self.pool} users are left."
            )
        return self.held_out.lift(size / self.pool)

    def points(self) -> list[tuple[int, Estimate]]:
        """Returns sizes from one user to all, and the share found by each."""
        sizes = np.linspace(1, self.pool, min(_POINTS, self.pool)).round()
        return [(int(size), self.found(int(size))) for size in np.unique(sizes)]
