"""Whether the arms have as many units as they should."""

import dataclasses
from collections.abc import Mapping

from scipy import stats

from tfmtl.abtest.assignment import check_shares

_LEVEL = 0.001


@dataclasses.dataclass(frozen=True)
class SampleRatio:
    """The numbers of units, and the chance that they came about by shares.

    Args:
        counts: Arm to its number of units.
        expected: Arm to the number by its share.
        p: Chance of numbers as far from that, of the chi-square test.

    Example:

        if not sample_ratio_check(counts, shares).holds:
            ...  # look for what lost units before reading any result
    """

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p: float

    @property
    def holds(self) -> bool:
        """Whether p is at least 0.001: a check should seldom fail by chance."""
        return self.p >= _LEVEL

    def __str__(self) -> str:
        arms = ", ".join(
            f"{arm} {count:,} of {self.expected[arm]:,.0f} expected"
            for arm, count in self.counts.items()
        )
        p = f"p = {self.p:.3f}" if self.p >= 0.001 else f"p = {self.p:.1e}"
        return f"{'holds' if self.holds else 'BROKEN'} ({arms}; {p})"


def sample_ratio_check(
    counts: Mapping[str, int], shares: Mapping[str, float]
) -> SampleRatio:
    """Holds the numbers of units of the arms against their shares.

    If they differ by more than chance, something has lost or moved units of
    one arm rather than the other, and no comparison means anything. Count the
    units that were assigned, or that were there to be counted in both arms
    alike: not those that did what the experiment changes.

    Args:
        counts: Arm to its number of units.
        shares: Arm to its share, as for `assign`.

    Raises:
        ValueError: If the arms are not the same, or there is no unit.

    Example:

    >>> halves = {"control": 0.5, "treatment": 0.5}
    >>> counts = {"control": 821_588, "treatment": 815_482}
    >>> sample_ratio_check(counts, halves).holds
    False

    Reference:
        [Fabijan et al., 2019](https://doi.org/10.1145/3292500.3330722).
    """
    check_shares(shares)
    total = sum(counts.values())
    if set(counts) != set(shares) or total < 1 or min(counts.values()) < 0:
        raise ValueError(
            "`counts` should give every arm of `shares` its number of units, "
            "0 for none, and not 0 in total. "
            f"Received: counts={dict(counts)!r}, shares={dict(shares)!r}."
        )
    observed = {arm: int(counts[arm]) for arm in shares}
    scale = total / sum(shares.values())
    expected = {arm: share * scale for arm, share in shares.items()}
    test = stats.chisquare(list(observed.values()), list(expected.values()))
    return SampleRatio(observed, expected, float(test.pvalue))
