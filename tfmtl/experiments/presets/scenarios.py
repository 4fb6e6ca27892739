"""Planted advertisers, whose best possible forecast is known."""

import dataclasses
import math
from typing import ClassVar

import numpy as np
import pandas as pd

from tfmtl.datasets import synthetic
from tfmtl.datasets import windows
from tfmtl.datasets.synthetic.synthetic_scenarios import START
from tfmtl.datasets.synthetic.synthetic_scenarios import SyntheticScenarios
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import ANCHOR
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.experiments.data import Data
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.windowed import Samples
from tfmtl.experiments.presets.windowed import Windowed
from tfmtl.experiments.presets.windowed import split_words
from tfmtl.experiments.settings import Settings

_WEEK = 7
# Not the scenario's number: of the new one it would tell nothing.
_CATEGORIES = ("channel", "placement", "industry", "size")


@dataclasses.dataclass(frozen=True)
class Scenarios(Preset):
    """Counts of `tfmtl.datasets.synthetic.scenarios`, new for each seed.

    A week follows from the one before, all tasks from all, as the scenario's
    attributes say, so that what is learned in large scenarios tells of the
    minor and of the new one. Models are told the attributes, and not the
    scenario's number. Anchors are Sundays. Dev ends before the new scenario
    begins, which is in test alone, with the whole of its history.

    Args:
        advertisers: Number of advertisers.
        days: Number of days; the new scenario begins after three quarters.
            None for the fewest weeks that give it its whole history in test.
        train_anchors: Sundays to learn from, the last ones before dev.
        test_anchors: Sundays to judge by, the last ones.
        shares: Share of the advertisers that is active in each scenario but
            the new one.
        num_tasks: Number of tasks.
        history: Days of history.
        embedding_dim: Width of each feature's embedding.
    """

    name: ClassVar[str] = "scenarios"
    tower_units: ClassVar[tuple[int, ...]] = (64, 32)
    # The advertiser's profile tells of levels: it is read with the history.
    scenario_features: ClassVar[tuple[str, ...]] = ("channel", "placement")
    settings: ClassVar[Settings] = Settings(
        batch_size=256, learning_rates=(2e-3,), epochs=10, patience=3
    )

    advertisers: int = 700
    days: int | None = None
    train_anchors: int = 9
    test_anchors: int = 6
    shares: tuple[float, ...] = (*(0.3,) * 14, 0.08)
    num_tasks: int = 4
    history: int = 40
    embedding_dim: int = 8

    def load(self, seed: int) -> Data:
        """Makes up the counts of one seed."""
        days = self._days
        world = synthetic.scenarios(
            self.advertisers,
            days,
            shares=self.shares,
            num_tasks=self.num_tasks,
            seed=seed,
        )
        spec = windows.WindowSpec(
            [task.name for task in world.tasks],
            active_days=None,
            history=self.history,
        )
        split = self._split(world, spec)
        last_day = np.datetime64(START) + np.timedelta64(days - 1, "D")
        train, dev, test = (
            _described(
                windows.cut(world.facts, spec, anchors, last_day=last_day),
                world,
            )
            for anchors in split.sets.values()
        )
        windowed = Windowed(
            spec,
            train,
            dev,
            test,
            categories=_CATEGORIES,
            embedding_dim=self.embedding_dim,
        )
        table = world.scenarios
        names = {
            number: f"{number} {kind}"
            for number, kind in zip(
                table["scenario"], table["kind"], strict=True
            )
        }
        data = windowed.data(
            names,
            description=(
                "synthetic counts of tfmtl.datasets.synthetic.scenarios, "
                f"{self.advertisers:,} advertisers, made anew for each seed; "
                f"{split_words(split)}; of the new scenario there is nothing "
                "in train and dev, and no model is told a "
                "scenario's number"
            ),
        )
        best = data.test_scores(_expected(world, test))
        return dataclasses.replace(data, best=best)

    @property
    def _days(self) -> int:
        if self.days is not None:
            return self.days
        of_new = self.history + _WEEK * self.test_anchors
        return _WEEK * math.ceil(4 * of_new / _WEEK)

    def _split(
        self, world: SyntheticScenarios, spec: windows.WindowSpec
    ) -> windows.TimeSplit:
        days = self._days
        begin = int(world.scenarios["first_day"].max()) or days
        sundays = np.arange(6, days - _WEEK, _WEEK)
        sundays = sundays[sundays >= spec.history - 1]
        test = sundays[-self.test_anchors :]
        # The labels of dev end before the new scenario begins.
        before = (sundays + _WEEK < begin) & (sundays + 2 * _WEEK <= test[0])
        dev = sundays[before][-2:]
        train = sundays[sundays + 2 * _WEEK <= dev[0]][-self.train_anchors :]
        start = np.datetime64(START)
        dates = [
            start + part.astype("timedelta64[D]") for part in (train, dev, test)
        ]
        return windows.TimeSplit(
            spec, train=dates[0], dev=dates[1], eval=dates[2]
        )


def _described(samples: Samples, world: SyntheticScenarios) -> Samples:
    scenarios = world.scenarios[["scenario", "channel", "placement"]]
    samples = windows.join(samples, scenarios, SCENARIO)
    return windows.join(samples, world.advertisers, ADVERTISER)


def _expected(
    world: SyntheticScenarios, samples: Samples
) -> dict[str, np.ndarray]:
    """Returns the best possible forecast of each sample."""
    keys = [ADVERTISER, SCENARIO, ANCHOR]
    frames = []
    for anchor in np.unique(samples[ANCHOR]):
        day = int((anchor - np.datetime64(START)).astype(int))
        frame = world.rows(day)[keys[:2]].assign(**{ANCHOR: anchor})
        for name, values in world.expected(day).items():
            frame[name] = values[:, 0]
        frames.append(frame)
    wanted = pd.DataFrame({name: samples[name] for name in keys})
    found = wanted.merge(pd.concat(frames), "left", on=keys)
    return {
        task.name: found[task.name].to_numpy(np.float32)[:, np.newaxis]
        for task in world.tasks
    }
