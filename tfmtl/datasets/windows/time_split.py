"""Anchors of training, choice of the model, and test, one after the other."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tfmtl.datasets.windows.window_spec import WindowSpec

SPLITS = ("train", "dev", "eval")
_GAP = "which would let what is forecast there leak into it"


@dataclasses.dataclass(frozen=True, eq=False)
class TimeSplit:
    """Anchors of three sets, none of whose labels reach into the next set.

    The days that a set forecasts end `gap` days or more before the first
    anchor of the next set, so that anchors are `ahead + gap` apart.

    Args:
        spec: What is to be cut out; it says how many days are forecast.
        train: Anchors of the set that is learned from, datetime64[D].
        dev: Anchors of the set that models are chosen by.
        eval: Anchors of the set that they are judged by.
        gap: Least number of days between the last label of a set and the
            first anchor of the next one.

    Raises:
        ValueError: If a set is empty, or labels cross the split; the message
            names the dates.

    Example:

    >>> split = TimeSplit.of(WindowSpec(["clicks"]),
    ...                      np.datetime64("2017-01-01"),
    ...                      np.datetime64("2017-12-31"))
    >>> [len(anchors) for anchors in split.sets.values()]
    [36, 4, 4]
    """

    spec: WindowSpec
    train: Sequence[np.datetime64] | np.ndarray
    dev: Sequence[np.datetime64] | np.ndarray
    eval: Sequence[np.datetime64] | np.ndarray
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
        spec: WindowSpec,
        first_day: np.datetime64,
        last_day: np.datetime64,
        *,
        step: int = 7,
        gap: int = 7,
        shares: tuple[float, float, float] = (8, 1, 1),
    ) -> "TimeSplit":
        """Returns a split of evenly spaced anchors.

        The last anchor is the last one whose labels are all there, the first
        one has the whole history behind it. Anchors are left out between the
        sets where the gap wants it.

        Args:
            spec: What is to be cut out.
            first_day: First day of the facts.
            last_day: Last day of the facts.
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
        anchors = np.arange(last - spec.ahead, first + spec.history - 2, -step)[
            ::-1
        ]
        skipped = -(-(spec.ahead + gap) // step) - 1
        usable = len(anchors) - 2 * skipped
        sizes = [
            max(1, round(usable * share / sum(shares))) for share in shares[1:]
        ]
        if usable - sum(sizes) < 1:
            least = spec.history + spec.ahead + step * (2 + 2 * skipped)
            raise ValueError(
                f"Three sets with gaps of {gap} days need more days: at least "
                f"{least}; take more facts, or a shorter history, gap or step. "
                "Received: "
                f"{last - first + 1} days from {first_day} to {last_day}."
            )
        days = anchors.astype("datetime64[D]")
        ends = [
            len(days),
            len(days) - sizes[1] - skipped,
            len(days) - sum(sizes) - 2 * skipped,
        ]
        return cls(
            spec,
            train=days[: ends[2]],
            dev=days[ends[1] - sizes[0] : ends[1]],
            eval=days[ends[0] - sizes[1] :],
            gap=gap,
        )

    @property
    def sets(self) -> dict[str, np.ndarray]:
        """Anchors of each set, by its name."""
        return {name: np.asarray(getattr(self, name)) for name in SPLITS}

    @property
    def last_day(self) -> np.datetime64:
        """The last day of the last label."""
        return self.sets["eval"][-1] + np.timedelta64(self.spec.ahead, "D")

    def _check(self, before: str, after: str) -> None:
        ahead = np.timedelta64(self.spec.ahead, "D")
        gap = np.timedelta64(self.gap, "D")
        ends = self.sets[before][-1] + ahead
        first = self.sets[after][0]
        if ends + gap > first:
            raise ValueError(
                f"The labels of {before!r} should end {self.gap} days or more "
                f"before the first anchor of {after!r}, {_GAP}; let it begin "
                f"on {ends + gap} or later, or end {before!r} on "
                f"{first - ahead - gap}. Received: last anchor "
                f"{self.sets[before][-1]}, whose label window ends on {ends}, "
                f"and first anchor {first}."
            )
