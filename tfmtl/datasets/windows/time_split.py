"""Anchors of training, choice of the model, and test, one after the other."""

import dataclasses
from collections.abc import Sequence

import numpy as np

SPLITS = ("train", "dev", "eval")
_GAP = "which would let what is forecast there leak into it"


@dataclasses.dataclass(frozen=True, eq=False)
class TimeSplit:
    """Anchors of three sets, none of whose labels reach into the next set.

    The days that a set forecasts end `gap` days or more before the first
    anchor of the next set, so that anchors are `ahead + gap` apart.

    Args:
        train: Anchors of the set that is learned from, datetime64[D].
        dev: Anchors of the set that models are chosen by.
        eval: Anchors of the set that they are judged by.
        ahead: Days that are forecast.
        gap: Least number of days between the last label of a set and the
            first anchor of the next one.

    Raises:
        ValueError: If a set is empty, or labels cross the split; the message
            names the dates.

    Example:

    >>> split = TimeSplit.of(np.datetime64("2017-01-01"),
    ...                      np.datetime64("2017-12-31"))
    >>> [len(anchors) for anchors in split.sets.values()]
    [36, 4, 4]
    """

    train: Sequence[np.datetime64] | np.ndarray
    dev: Sequence[np.datetime64] | np.ndarray
    eval: Sequence[np.datetime64] | np.ndarray
    ahead: int = 7
    gap: int = 7

    def __post_init__(self) -> None:
        for name in SPLITS:
            days = np.sort(np.asarray(getattr(self, name), "datetime64[D]"))
            object.__setattr__(self, name, days)
            if not len(days):
                raise ValueError(
                    "Every set of the split should have an anchor; take more "
                    "days, or anchors that are closer to each other. "
                    f"Received: none in {name!r}."
                )
        for before, after in zip(SPLITS, SPLITS[1:], strict=False):
            self._check(before, after)

    @classmethod
    def of(
        cls,
        first_day: np.datetime64,
        last_day: np.datetime64,
        *,
        history: int = 40,
        ahead: int = 7,
        step: int = 7,
        gap: int = 7,
        shares: tuple[float, float, float] = (8, 1, 1),
    ) -> "TimeSplit":
        """Returns a split of evenly spaced anchors.

        The last anchor is the last one whose labels are all there, the first
        one has `history` days behind it. Anchors are left out between the
        sets where the gap wants it.

        Args:
            first_day: First day of the facts.
            last_day: Last day of the facts.
            history: Days of history.
            ahead: Days that are forecast.
            step: Days between anchors.
            gap: As of the constructor.
            shares: Shares of the anchors that the sets get.

        Raises:
            ValueError: If there are too few days, or `step` is not positive.
        """
        first, last = (
            int(np.datetime64(day, "D").astype(np.int64))
            for day in (first_day, last_day)
        )
        if step < 1 or gap < 0 or min(shares) <= 0:
            raise ValueError(
                "`step` and all `shares` should be positive, and `gap` not "
                f"negative. Received: step={step}, gap={gap}, shares={shares}."
            )
        anchors = np.arange(last - ahead, first + history - 2, -step)[::-1]
        skipped = -(-(ahead + gap) // step) - 1
        usable = len(anchors) - 2 * skipped
        sizes = [
            max(1, round(usable * share / sum(shares))) for share in shares[1:]
        ]
        if usable - sum(sizes) < 1:
            raise ValueError(
                f"Three sets with gaps of {gap} days need more days: at least "
                f"{history + ahead + step * (2 + 2 * skipped)}; take more "
                "facts, or a shorter history, gap or step. Received: "
                f"{last - first + 1} days from {first_day} to {last_day}."
            )
        days = anchors.astype("datetime64[D]")
        ends = [
            len(days),
            len(days) - sizes[1] - skipped,
            len(days) - sum(sizes) - 2 * skipped,
        ]
        return cls(
            train=days[: ends[2]],
            dev=days[ends[1] - sizes[0] : ends[1]],
            eval=days[ends[0] - sizes[1] :],
            ahead=ahead,
            gap=gap,
        )

    @property
    def sets(self) -> dict[str, np.ndarray]:
        """Anchors of each set, by its name."""
        return {name: np.asarray(getattr(self, name)) for name in SPLITS}

    @property
    def last_day(self) -> np.datetime64:
        """The last day of the last label."""
        return self.sets["eval"][-1] + self.ahead

    def _check(self, before: str, after: str) -> None:
        last, first = self.sets[before][-1], self.sets[after][0]
        if last + self.ahead + self.gap > first:
            raise ValueError(
                f"The labels of {before!r} should end {self.gap} days or more "
                f"before the first anchor of {after!r}, {_GAP}; let it begin "
                f"on {last + self.ahead + self.gap} or later, or end "
                f"{before!r} on {first - self.ahead - self.gap}. Received: "
                f"last anchor {last}, whose label window ends on "
                f"{last + self.ahead}, and first anchor {first}."
            )
