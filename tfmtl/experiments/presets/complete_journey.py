"""Coupons received, and what became of them: real data, split by time."""

import dataclasses
import functools
from typing import ClassVar

from tfmtl.datasets import complete_journey
from tfmtl.datasets.table_encoder import TableEncoder
from tfmtl.experiments.data import Data
from tfmtl.experiments.presets import frames
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.preset import check_rows


@dataclasses.dataclass(frozen=True)
class CompleteJourney(Preset):
    """The funnel of `tfmtl.datasets.complete_journey`.

    Test is what comes after 2017-10-01; campaigns whose labels come true past
    that day are in no part; dev is one household in ten of the time before.

    Args:
        rows: Least number of exposures, of whole households; None for all.
        embedding_dim: Width of each feature's embedding.

    Raises:
        ValueError: If `rows` is neither positive and whole nor None.
    """

    name: ClassVar[str] = "complete_journey"

    rows: int | None = 100_000
    embedding_dim: int = 8

    def __post_init__(self) -> None:
        check_rows(self.rows)

    def load(self, seed: int) -> Data:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: CompleteJourney) -> Data:
    parts = complete_journey.split_with_dev(
        complete_journey.funnel(), preset.rows
    )
    amount = "all" if preset.rows is None else f"at least {preset.rows:,}"
    return frames.encoded(
        parts["train"],
        parts["dev"],
        parts["eval"],
        TableEncoder(
            complete_journey.FUNNEL_CATEGORIES,
            complete_journey.FUNNEL_NUMBERS,
            embedding_dim=preset.embedding_dim,
        ),
        complete_journey.FUNNEL_TASKS,
        description=(
            f"{complete_journey.PROVENANCE}, {amount} exposures of whole "
            "households; test is what begins from "
            f"{complete_journey.TRAIN_END} on, dev one household in ten of the "
            "time before, and exposures whose labels come true past the "
            "boundary are left out"
        ),
    )
