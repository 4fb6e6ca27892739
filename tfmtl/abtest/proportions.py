"""The z test of two proportions."""

import math

from scipy import stats

from tfmtl.abtest import normal
from tfmtl.abtest.effect import Effect
from tfmtl.estimate import Estimate


def proportion_test(
    control: tuple[int, int],
    treatment: tuple[int, int],
    metric: str = "share",
) -> Effect:
    """Compares two shares of independent trials.

    The p is that of the pooled share, and equals the chi-square test's of the
    table; the intervals are of shares that may differ, and can disagree with
    p at the margin. That of the difference is made of Wilson's score intervals
    of both shares, so that no success at all is not taken for sure. Trials of
    one user are not independent: for these take `RatioOfSums` and `compare`.

    Args:
        control: Successes and trials.
        treatment: Successes and trials.
        metric: What to call it.

    Raises:
        ValueError: If there are no trials, or successes are negative or more
            than the trials.

    Example:

    >>> print(tfmtl.abtest.proportion_test((30, 200), (50, 200)).difference)
    0.1 [0.0215, 0.177]
    >>> print(tfmtl.abtest.proportion_test((0, 100), (0, 100)).difference)
    0 [-0.037, 0.037]

    Reference:
        Newcombe, 1998, Interval estimation for the difference between
        independent proportions, method 10.
    """
    for name, (successes, trials) in (
        ("control", control),
        ("treatment", treatment),
    ):
        if not 0 <= successes <= trials or trials < 1:
            raise ValueError(
                f"`{name}` should be the successes and the trials, at least "
                f"one. Received: {name}={(successes, trials)!r}."
            )
    before, after = _share(*control), _share(*treatment)
    difference = after.value - before.value
    trials = control[1] + treatment[1]
    pooled = (control[0] + treatment[0]) / trials
    variance = pooled * (1 - pooled) * trials / (control[1] * treatment[1])
    return Effect(
        metric,
        before.value,
        after.value,
        Estimate(
            difference,
            difference
            - math.hypot(after.value - after.low, before.high - before.value),
            difference
            + math.hypot(after.high - after.value, before.value - before.low),
        ),
        normal.lift_of(
            _normal(before, control[1]), _normal(after, treatment[1])
        ),
        float(normal.p_of(difference, variance)),
    )


def _normal(share: Estimate, trials: int) -> tuple[float, float]:
    """Returns a share and its variance."""
    variance = share.value * (1 - share.value) / trials
    if not variance:  # nothing but successes, or none, is not sure either
        variance = ((share.high - share.low) / normal.critical()) ** 2
    return share.value, variance


def _share(successes: int, trials: int) -> Estimate:
    test = stats.binomtest(successes, trials)
    low, high = test.proportion_ci(method="wilson")
    return Estimate(successes / trials, float(low), float(high))
