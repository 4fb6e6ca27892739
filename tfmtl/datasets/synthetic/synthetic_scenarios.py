"""Daily counts made up, with the best possible forecast known."""

import dataclasses
import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.tasks import CountTask

START = datetime.date(2020, 1, 6)  # a Monday: weeks begin with it
AHEAD = 7


@dataclasses.dataclass(frozen=True, eq=False)
class SyntheticScenarios:
    """Counts of advertisers in scenarios, with the rates that made them.

    Days are numbered from 0, which is Monday, 2020-01-06. A pair is an
    advertiser in a scenario in which it is active.

    Args:
        tasks: What is counted.
        advertisers: `advertiser_id`, `industry`, `size`; ids from 1.
        scenarios: `scenario`, `kind` (major, minor or new), `first_day`,
            `channel`, `placement`; ids from 1.
        pairs: `advertiser_id`, `scenario`, `first_day`.
        counts: `(pairs, days, tasks)` int32.
        level: `(pairs, tasks)`, logarithm of the typical daily count.
        states: `(pairs, weeks, tasks)`, deviation of it, week by week.
        carry: `(scenarios, tasks, tasks)`, the planted effect: next week's
            states are expected to be `carry @ states`.
        spread: Standard deviation of the states.
    """

    tasks: Sequence[CountTask]
    advertisers: pd.DataFrame
    scenarios: pd.DataFrame
    pairs: pd.DataFrame
    counts: np.ndarray
    level: np.ndarray
    states: np.ndarray
    carry: np.ndarray
    spread: float

    @property
    def facts(self) -> pd.DataFrame:
        """One row a pair and day with any count, as advertisers report it.

        Columns `advertiser_id`, `scenario`, `day` (`datetime.date`) and each
        task, sorted by the first three.
        """
        pair, day = np.nonzero(self.counts.any(axis=-1))
        keys = ["advertiser_id", "scenario"]
        frame = self.pairs[keys].iloc[pair].reset_index(drop=True)
        dates = pd.date_range(START, periods=self.counts.shape[1]).date
        frame["day"] = dates[day]
        for task, values in zip(
            self.tasks, self.counts[pair, day].T, strict=True
        ):
            frame[task.name] = values
        return frame.sort_values([*keys, "day"], ignore_index=True)

    def rows(self, anchor: int) -> pd.DataFrame:
        """Returns the pairs whose scenario had begun by a day.

        Args:
            anchor: The last day that is known.

        Returns:
            `advertiser_id`, `scenario`, and the features of either.

        Raises:
            ValueError: If the 7 days after the anchor are not all there.
        """
        rows = self.pairs[self._begun(anchor)].drop(columns="first_day")
        rows = rows.merge(self.advertisers, "left", on="advertiser_id")
        features = ["scenario", "channel", "placement"]
        return rows.merge(self.scenarios[features], "left", on="scenario")

    def history(self, anchor: int, days: int = 40) -> np.ndarray:
        """Returns the counts up to and with a day.

        Args:
            anchor: The last day that is known.
            days: How many. Days before the first count as 0.

        Returns:
            `(rows, days, tasks)` int32, oldest first, in the order of `rows`.
        """
        known = self.counts[self._begun(anchor), : anchor + 1][:, -days:]
        missing = days - known.shape[1]
        return np.pad(known, [(0, 0), (missing, 0), (0, 0)])

    def labels(self, anchor: int) -> dict[str, np.ndarray]:
        """Returns the counts of the 7 days after a day.

        Args:
            anchor: The last day that is known.

        Returns:
            `{task: (rows, 1) float32}`, as `fit` takes it.
        """
        ahead = slice(anchor + 1, anchor + 1 + AHEAD)
        return self._named(self.counts[self._begun(anchor), ahead].sum(1))

    def expected(self, anchor: int) -> dict[str, np.ndarray]:
        """Returns the forecast of one who knows how the counts are made.

        It knows levels, states up to the anchor's week and the planted
        effects, so that no model can be expected to have a lower Poisson
        loss. A task's state of next week is normal with

            mean     = sum over j of carry[task, j] * state[j]
            variance = spread ** 2 * (1 - sum over j of carry[task, j] ** 2)

        Args:
            anchor: The last day that is known.

        Returns:
            `{task: (rows, 1) float32}`.
        """
        begun = self._begun(anchor)
        scenario = self.pairs["scenario"].to_numpy()[begun]
        carry = self.carry[scenario - 1]
        week, weekday = divmod(anchor, 7)
        state = self.states[begun, week]
        mean = (carry @ state[..., np.newaxis])[..., 0]
        variance = (1 - (carry**2).sum(-1)) * self.spread**2
        now, then = np.exp(state), np.exp(mean + variance / 2)
        rest = 6 - weekday  # days of the anchor's week that are to come
        total = rest * now + (AHEAD - rest) * then
        return self._named(np.exp(self.level[begun]) * total)

    def _begun(self, anchor: int) -> np.ndarray:
        last = self.counts.shape[1] - 1 - AHEAD
        if not 0 <= anchor <= last:
            raise ValueError(
                f"`anchor` should be from 0 to {last}, for there must be "
                f"{AHEAD} days after it. Received: anchor={anchor}."
            )
        return self.pairs["first_day"].to_numpy() <= anchor

    def _named(self, values: np.ndarray) -> dict[str, np.ndarray]:
        columns = values.astype(np.float32).T[..., np.newaxis]
        names = [task.name for task in self.tasks]
        return dict(zip(names, columns, strict=True))
