"""What manufacturers sell in a week: real data, split by time."""

import dataclasses
import functools
from typing import ClassVar

import numpy as np
import pandas as pd

from tfmtl.datasets import complete_journey
from tfmtl.datasets import hashing
from tfmtl.datasets import windows
from tfmtl.datasets.complete_journey.advertiser_facts import BEHAVIOUR
from tfmtl.datasets.complete_journey.advertiser_facts import FACTS
from tfmtl.datasets.complete_journey.advertiser_facts import PERFORMANCE
from tfmtl.datasets.complete_journey.advertiser_facts import TARGETS
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.datasets.windows.window_spec import history_of
from tfmtl.experiments.data import Data
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.preset import check_rows
from tfmtl.experiments.presets.windowed import Samples
from tfmtl.experiments.presets.windowed import Windowed
from tfmtl.experiments.presets.windowed import split_words
from tfmtl.experiments.settings import Settings

_CATEGORIES = (
    "scenario",
    "display",
    "mailer",
    "coupon",
    "main_department",
    "main_category",
)
_NUMBERS = ("catalogue_products", "private_share", "categories")


@dataclasses.dataclass(frozen=True)
class Advertisers(Preset):
    """Weeks of manufacturers in the promotion scenarios of Complete Journey.

    Args:
        rows: Least number of samples, of whole advertisers; None for all.
        step: Days between anchors.
        history: Days of history; those who were not active then are left out.
        embedding_dim: Width of each feature's embedding.

    Raises:
        ValueError: If `rows` is neither positive and whole nor None.
    """

    name: ClassVar[str] = "advertisers"
    tower_units: ClassVar[tuple[int, ...]] = (64, 32)
    sequences: ClassVar[tuple[tuple[str, ...], ...]] = (
        tuple(map(history_of, BEHAVIOUR)),
        tuple(map(history_of, PERFORMANCE)),
    )
    settings: ClassVar[Settings] = Settings(
        batch_size=256, learning_rates=(2e-3,), epochs=15, patience=3
    )

    rows: int | None = 60_000
    step: int = 7
    history: int = 40
    embedding_dim: int = 8

    def __post_init__(self) -> None:
        check_rows(self.rows)

    def load(self, seed: int) -> Data:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: Advertisers) -> Data:
    facts = complete_journey.advertiser_facts()
    spec = windows.WindowSpec(TARGETS, FACTS, history=preset.history)
    split = windows.TimeSplit.of(
        spec, facts["day"].min(), facts["day"].max(), step=preset.step
    )
    scenarios = complete_journey.advertiser_scenarios()
    profiles = complete_journey.advertisers()
    parts: list[Samples] = [
        windows.cut(facts, spec, days) for days in split.sets.values()
    ]
    amount = "all samples"
    if preset.rows is not None:
        parts = _whole_advertisers(parts, preset.rows)
        amount = f"at least {preset.rows:,} samples of whole advertisers"
    train, dev, test = (_described(part, scenarios, profiles) for part in parts)
    windowed = Windowed(
        spec,
        train,
        dev,
        test,
        categories=_CATEGORIES,
        numbers=_NUMBERS,
        embedding_dim=preset.embedding_dim,
    )
    return windowed.data(
        dict(zip(scenarios["scenario"], scenarios["name"], strict=True)),
        description=(
            f"{complete_journey.PROVENANCE}, {amount}: manufacturers in five "
            "scenarios of promotion, each with activity in the "
            f"{preset.history} days before; {split_words(split)}"
        ),
    )


def _whole_advertisers(parts: list[Samples], rows: int) -> list[Samples]:
    """Keeps advertisers, in the order of a hash, until there are enough."""
    ids, counts = np.unique(
        np.concatenate([part[ADVERTISER] for part in parts]), return_counts=True
    )
    order = np.argsort(hashing.hash_ids(ids))
    enough = int(np.searchsorted(np.cumsum(counts[order]), rows)) + 1
    kept = [np.isin(part[ADVERTISER], ids[order[:enough]]) for part in parts]
    return [
        {name: column[keep] for name, column in part.items()}
        for part, keep in zip(parts, kept, strict=True)
    ]


def _described(
    samples: Samples, scenarios: pd.DataFrame, profiles: pd.DataFrame
) -> Samples:
    profiles = profiles.rename(columns={"manufacturer_id": ADVERTISER})
    scenarios = scenarios.drop(columns="name")
    samples = windows.join(samples, scenarios, SCENARIO)
    return windows.join(samples, profiles, ADVERTISER)
