"""251 product categories that look for new buyers: real campaigns."""

import dataclasses
import functools
from typing import Any
from typing import ClassVar

import numpy as np
import pandas as pd

from tfmtl.datasets import complete_journey
from tfmtl.datasets import hashing
from tfmtl.datasets.table_encoder import TableEncoder
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.population import Population
from tfmtl.experiments.presets.name_words import NameWords
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.preset import check_rows
from tfmtl.experiments.settings import Settings
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature

CATEGORIES = (
    "h1_main_store",
    "h1_top_category",
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)
_NOT_NUMBERS = {"household_id", *CATEGORIES}
_CAMPAIGN_NUMBERS = (
    "category_buyers",
    "category_mean_price",
    "category_private_share",
)
_SHARES = (0.4, 0.12)  # of the campaigns, for test and dev
_CAMPAIGN_SEED, _USER_SEED = 11, 1000


@dataclasses.dataclass(frozen=True)
class CompleteJourneyCampaigns(Preset):
    """The campaigns of `tfmtl.datasets.complete_journey.lookalike_tasks`.

    By a hash, 40 % of the campaigns are the test and a fifth of the others
    are dev. Of a campaign's households, by a hash of both, one half is what a
    model may be customised to, and the other half is to be ranked. The
    encoders of campaigns know those of train alone; that of users knows what
    the households bought before July, when no campaign has begun.

    Args:
        rows: Number of campaigns, by the same hash; None for all.
        embedding_dim: Width of each feature's embedding.
        buckets: Number of buckets of a number.

    Raises:
        ValueError: If `rows` is neither positive and whole nor None.
    """

    name: ClassVar[str] = "complete_journey_campaigns"
    settings: ClassVar[Settings] = Settings(
        batch_size=512, learning_rates=(3e-3, 1e-2), epochs=10
    )

    rows: int | None = None
    embedding_dim: int = 16
    buckets: int = 16

    def __post_init__(self) -> None:
        check_rows(self.rows)

    def load(self, seed: int) -> CampaignData:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: CompleteJourneyCampaigns) -> CampaignData:
    users = complete_journey.lookalike_users()
    parts = _divide(complete_journey.lookalike_campaigns(), preset.rows)
    user_encoder = TableEncoder(
        CATEGORIES,
        [name for name in users if name not in _NOT_NUMBERS],
        embedding_dim=preset.embedding_dim,
        buckets=preset.buckets,
    ).fit(users)
    campaign_encoder = TableEncoder(
        ["department"],
        _CAMPAIGN_NUMBERS,
        embedding_dim=preset.embedding_dim,
        buckets=preset.buckets,
    ).fit(parts["train"])
    words = NameWords(parts["train"]["product_category"])
    rows = complete_journey.lookalike_tasks()
    by_task = dict(list(rows.groupby("task_id")))
    households = pd.Index(users["household_id"])
    campaigns = {}
    for name, part in parts.items():
        columns = {
            **campaign_encoder.encode(part),
            **words.encode(part["product_category"]),
        }
        campaigns[name] = tuple(
            Campaign(
                name=about.product_category,
                group=about.department,
                **_divided(
                    by_task[about.task_id],
                    households,
                    {key: column[place] for key, column in columns.items()},
                ),
            )
            for place, about in enumerate(part.itertuples())
        )
    return CampaignData(
        Population(
            _ids_of(user_encoder),
            [*_ids_of(campaign_encoder), words.feature(preset.embedding_dim)],
            user_encoder.encode(users),
        ),
        campaigns["train"],
        campaigns["dev"],
        campaigns["test"],
        description=(
            f"{complete_journey.PROVENANCE}, product categories and "
            "households new to them before July; seeds are those who bought of "
            "it from July on, half of a category's households are to learn "
            "from, half to rank"
        ),
    )


def _divide(about: pd.DataFrame, count: int | None) -> dict[str, pd.DataFrame]:
    """Returns the campaigns of each part, always the same ones."""
    tasks = about["task_id"].to_numpy()
    order = np.argsort(hashing.uniform(tasks, _CAMPAIGN_SEED), kind="stable")
    order = order[:count]
    ends = np.round(np.cumsum(_SHARES) * len(order)).astype(int)
    test, dev, train = (about.iloc[part] for part in np.split(order, ends))
    return {"train": train, "dev": dev, "test": test}


def _divided(
    rows: pd.DataFrame, households: pd.Index, values: dict[str, Any]
) -> dict[str, Any]:
    """Divides the households of a campaign, always in the same way."""
    ids = rows["household_id"].to_numpy()
    task = int(rows["task_id"].iloc[0])
    is_known = hashing.uniform(ids, _USER_SEED + task) < 0.5
    labels = rows["label"].to_numpy(np.float32)
    places = households.get_indexer(ids)
    return {
        "request": CampaignRequest(
            values, places[is_known], labels[is_known], places[~is_known]
        ),
        "truth": labels[~is_known],
    }


def _ids_of(encoder: TableEncoder) -> list[Feature]:
    """Returns the features that are ids; numbers are there as buckets."""
    return [f for f in encoder.features if isinstance(f, CategoricalFeature)]
