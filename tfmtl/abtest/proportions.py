"""The z test of two proportions."""

from tfmtl.abtest import normal
from tfmtl.abtest.effect import Effect


def proportion_test(
    control: tuple[int, int],
    treatment: tuple[int, int],
    metric: str = "share",
) -> Effect:
    """Compares two shares of independent trials.

    The p is that of the pooled share, and equals the chi-square test's of the
    table; the intervals are of shares that may differ, and can disagree with
    p at the margin. Trials of one user are not independent: for these take
    `RatioOfSums` and `compare`.

    Args:
        control: Successes and trials.
        treatment: Successes and trials.
        metric: What to call it.

    Raises:
        ValueError: If there are no trials, or successes are negative or more
            than the trials.

    Example:

    >>> print(tfmtl.abtest.proportion_test((30, 200), (50, 200)).difference)
    0.1 [0.0222, 0.178]
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
    difference = normal.difference_of(before, after)
    trials = control[1] + treatment[1]
    pooled = (control[0] + treatment[0]) / trials
    variance = pooled * (1 - pooled) * trials / (control[1] * treatment[1])
    return Effect(
        metric,
        before[0],
        after[0],
        difference,
        normal.lift_of(before, after),
        float(normal.p_of(difference.value, variance)),
    )


def _share(successes: int, trials: int) -> tuple[float, float]:
    share = successes / trials
    return share, share * (1 - share) / trials
