"""Facts laid out by day, out of which windows are taken."""

import dataclasses
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import ANCHOR
from tfmtl.datasets.windows.window_spec import DAY
from tfmtl.datasets.windows.window_spec import KEYS
from tfmtl.datasets.windows.window_spec import MASK
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.datasets.windows.window_spec import WindowSpec

Samples = dict[str, np.ndarray]
# Numbers that are laid out at once: 32 MB of float32.
_CHUNK = 1 << 23


@dataclasses.dataclass(frozen=True, eq=False)
class FactGrid:
    """Facts by pair of advertiser and scenario, and by day.

    Args:
        advertiser: `(pairs,)` advertiser of each pair.
        scenario: `(pairs,)` scenario of each pair.
        known_from: `(pairs,)` day of the advertiser's first row.
        first_day: First day of the grid.
        days: Number of days.
        pair: `(facts,)` number of the pair of each fact, sorted.
        day: `(facts,)` number of its day within the grid.
        values: `(facts, names)` float32.
    """

    advertiser: np.ndarray
    scenario: np.ndarray
    known_from: np.ndarray
    first_day: int
    days: int
    pair: np.ndarray
    day: np.ndarray
    values: np.ndarray

    @classmethod
    def of(
        cls,
        facts: pd.DataFrame,
        spec: WindowSpec,
        days: np.ndarray,
        scenarios: Sequence[int] | None,
    ) -> "FactGrid":
        """Numbers the pairs and leaves out what no window reaches."""
        columns = {name: facts[name].to_numpy() for name in KEYS}
        is_first = _changes(columns[ADVERTISER])
        advertisers = columns[ADVERTISER][is_first]
        number = np.cumsum(is_first) - 1
        known_from = np.minimum.reduceat(columns[DAY], np.flatnonzero(is_first))
        if scenarios is None:
            starts = is_first | _changes(columns[SCENARIO])
            pair = np.cumsum(starts) - 1
            owner, scenario = number[starts], columns[SCENARIO][starts]
        else:
            asked = np.unique(np.asarray(scenarios, np.int64))
            place = np.searchsorted(asked, columns[SCENARIO])
            known = np.isin(columns[SCENARIO], asked)
            pair = np.where(known, number * len(asked) + place, -1)
            owner = np.repeat(np.arange(len(advertisers)), len(asked))
            scenario = np.tile(asked, len(advertisers))
        first_day = int(days[0]) - spec.history + 1
        length = int(days[-1]) + spec.ahead - first_day + 1
        day = columns[DAY] - first_day
        kept = (day >= 0) & (day < length) & (pair >= 0)
        return cls(
            advertiser=advertisers[owner],
            scenario=scenario,
            known_from=known_from[owner],
            first_day=first_day,
            days=length,
            pair=pair[kept],
            day=day[kept],
            values=facts[list(spec.facts or ())].to_numpy(np.float32)[kept],
        )

    def parts(self, spec: WindowSpec) -> Iterator["FactGrid"]:
        """Yields so many pairs at a time that their days fit into memory."""
        names = len(spec.facts or ())
        size = max(1, _CHUNK // (self.days * names))
        for start in range(0, max(len(self.advertiser), 1), size):
            pairs = slice(start, start + size)
            low, high = np.searchsorted(self.pair, [start, start + size])
            yield dataclasses.replace(
                self,
                advertiser=self.advertiser[pairs],
                scenario=self.scenario[pairs],
                known_from=self.known_from[pairs],
                pair=self.pair[low:high] - start,
                day=self.day[low:high],
                values=self.values[low:high],
            )

    def samples(
        self,
        spec: WindowSpec,
        days: np.ndarray,
        labels: bool,
        every_row: bool,
    ) -> Samples:
        """Returns the samples of all pairs."""
        names = spec.facts or ()
        shape = (len(self.advertiser), len(names), self.days)
        dense = np.zeros(shape, np.float32)
        dense[self.pair, :, self.day] = self.values
        targets = [names.index(name) for name in spec.targets]
        active = (dense[:, targets] > 0).any(axis=1)
        past = days - spec.history + 1 - self.first_day
        within = _windows(active, spec.history)[:, past].any(axis=2)
        pair, anchor = np.nonzero(within | every_row)
        age = np.arange(1 - spec.history, 1)
        samples = {
            ADVERTISER: self.advertiser[pair],
            SCENARIO: self.scenario[pair],
            ANCHOR: days[anchor].astype("datetime64[D]"),
            MASK: days[anchor, np.newaxis] + age
            >= self.known_from[pair, np.newaxis],
        }
        for number, name in enumerate(spec.histories):
            history = _windows(dense[:, number], spec.history)
            samples[name] = history[pair, past[anchor]]
        if labels:
            ahead = days + 1 - self.first_day
            facts = [dense[:, number] for number in targets]
            if spec.active_days is not None:
                facts.append(active)
            for name, fact in zip(spec.tasks, facts, strict=True):
                window = _windows(fact, spec.ahead)[:, ahead]
                total = window.sum(axis=2, dtype=np.float64)
                samples[name] = total[pair, anchor].astype(np.float32)
        return samples


def _changes(column: np.ndarray) -> np.ndarray:
    """Tells which rows of a sorted column are the first of their value."""
    changes = np.ones(len(column), bool)
    changes[1:] = column[1:] != column[:-1]
    return changes


def _windows(days: np.ndarray, length: int) -> np.ndarray:
    """`(pairs, first day, length)`, a view of `(pairs, days)`."""
    return np.lib.stride_tricks.sliding_window_view(days, length, axis=1)
