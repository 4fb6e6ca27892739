"""Intervals by drawing the units again and again."""

import dataclasses

import numpy as np

from tfmtl.abtest.parts import Parts
from tfmtl.estimate import Estimate
from tfmtl.layers.sizes import check_sizes

_CELLS = 4_000_000  # drawn at a time
_UNITS = 20


@dataclasses.dataclass(frozen=True)
class Bootstrap:
    """Compares two arms by the ratios of samples of their own units.

    Units are drawn with replacement, as many as there are, numerator and
    denominator together. The interval has 95 % of what comes of it; p is
    twice the smaller share on either side of no difference. It supposes no
    normal distribution, which matters for heavy tails. Of few units the
    samples differ too little, so it takes 20 or more with something below the
    ratio. Where no unit of either arm differs from another, the intervals are
    open.

    How often each distinct unit is drawn is a draw of a multinomial
    distribution: units that are alike, as most are that count something,
    cost as much as one.

    Args:
        resamples: How many samples.
        seed: Int that makes them repeatable.

    Raises:
        ValueError: If `resamples` is not positive; when called, if an arm has
            fewer than 20 units with something below their ratio.

    Example:

    >>> ones = np.ones(200)
    >>> control = tfmtl.abtest.Parts(np.tile([1.0, 0, 0, 1], 50), ones)
    >>> treatment = tfmtl.abtest.Parts(np.tile([1.0, 1, 0, 1], 50), ones)
    >>> method = tfmtl.abtest.Bootstrap(seed=1)
    >>> difference, lift, p = method(control, treatment)
    >>> 0 in difference, lift.value
    (False, 0.5)

    Reference:
        Efron and Tibshirani, 1993, An introduction to the bootstrap, ch. 13.
    """

    resamples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        check_sizes(resamples=self.resamples)

    def __call__(
        self, control: Parts, treatment: Parts
    ) -> tuple[Estimate, Estimate, float]:
        """Returns difference, lift and p, two-sided.

        Args:
            control: Numerators and denominators of the units.
            treatment: The same of the other arm.
        """
        random = np.random.default_rng(self.seed)
        before, befores = self._ratios(control, random)
        after, afters = self._ratios(treatment, random)
        differences = afters - befores
        with np.errstate(divide="ignore", invalid="ignore"):
            lifts = afters / befores - 1
        beyond = min((differences <= 0).sum(), (differences >= 0).sum())
        return (
            _estimate(after - before, differences),
            _estimate(after / before - 1 if before else np.nan, lifts),
            float(min(2 * (beyond + 1) / (self.resamples + 1), 1)),
        )

    def _ratios(
        self, parts: Parts, random: np.random.Generator
    ) -> tuple[float, np.ndarray]:
        """Returns the ratio of the units, and those of the samples."""
        units = np.stack([parts.numerator, parts.denominator], axis=1)
        sums = units.sum(axis=0)
        counted = np.count_nonzero(parts.denominator)
        if counted < _UNITS or not sums[1] > 0:
            raise ValueError(
                f"Every arm should have {_UNITS} units or more with something "
                "below their ratio, and a positive sum of it; take "
                "`delta_method`, or wait for more data. "
                f"Received: {counted} units, sum {sums[1]:g}."
            )
        kinds, counts = np.unique(units, axis=0, return_counts=True)
        drawn = np.empty((self.resamples, 2))
        step = max(_CELLS // len(kinds), 1)
        for start in range(0, self.resamples, step):
            rows = slice(start, min(start + step, self.resamples))
            size = rows.stop - rows.start
            times = random.multinomial(len(units), counts / len(units), size)
            drawn[rows] = times @ kinds
        # A sample may happen to have nothing below: it says nothing.
        below = np.where(drawn[:, 1] > 0, drawn[:, 1], np.nan)
        return sums[0] / sums[1], drawn[:, 0] / below


def _estimate(value: float, drawn: np.ndarray) -> Estimate:
    drawn = drawn[~np.isnan(drawn)]
    # Samples that never differ do not tell how much they might.
    if not drawn.any():
        return Estimate(float(value), -np.inf, np.inf)
    low, high = np.percentile(drawn, (2.5, 97.5), method="nearest")
    return Estimate(float(value), float(low), float(high))
