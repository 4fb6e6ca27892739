"""Tencent's campaigns, as `tfmtl.datasets.tencent_lookalike` prepares them."""

import dataclasses
import functools
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from tfmtl.datasets import hashing
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.population import Population
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.preset import check_rows
from tfmtl.experiments.settings import Settings

_FILES = ("campaigns.parquet", "rows.parquet", "vocabulary.parquet", "users")
_SEED = 12


@dataclasses.dataclass(frozen=True)
class TencentLookalike(Preset):
    """Campaigns of Tencent's contest of 2018, their users in memory.

    A model customises to a campaign's users of the first stage, and ranks
    those of the second. Cold campaigns are the small seed sets and hot ones
    the large, if the test has both. All users take some 3 GB.

    Args:
        folder: Folder that `prepare` wrote.
        rows: Number of campaigns, by a hash; None for all.
        embedding_dim: Width of each feature's embedding.

    Raises:
        ValueError: If `rows` is neither positive and whole nor None.
    """

    name: ClassVar[str] = "tencent_lookalike"
    settings: ClassVar[Settings] = Settings(
        batch_size=512, learning_rates=(1e-3, 3e-3), epochs=5
    )

    folder: str = ""
    rows: int | None = None
    embedding_dim: int = 16

    def __post_init__(self) -> None:
        check_rows(self.rows)

    def load(self, seed: int) -> CampaignData:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: TencentLookalike) -> CampaignData:
    # It needs pyarrow, which is an extra.
    from tfmtl.datasets import tencent_lookalike

    folder = Path(preset.folder)
    missing = [name for name in _FILES if not (folder / name).exists()]
    if not preset.folder or missing:
        raise ValueError(
            "`folder` should be one that tfmtl.datasets.tencent_lookalike."
            "prepare wrote; download the data of Tencent's contest of 2018 "
            "and prepare them. "
            f"Received: folder={preset.folder!r}, missing={missing}."
        )
    about = _some(pd.read_parquet(folder / "campaigns.parquet"), preset.rows)
    rows = pd.read_parquet(
        folder / "rows.parquet",
        filters=[("campaign_id", "in", about["campaign_id"].tolist())],
    )
    by_campaign = {key: part for key, part in rows.groupby("campaign_id")}
    usable = about[[_is_usable(by_campaign.get(c)) for c in about.campaign_id]]
    users = np.unique(rows["user_id"])
    parts: dict[str, list[Campaign]] = {"train": [], "dev": [], "test": []}
    for campaign in usable.to_dict("records"):
        parts[campaign["part"]].append(
            _campaign(
                str(campaign["campaign_id"]),
                {
                    field: np.asarray(campaign[field])
                    for field in tencent_lookalike.CAMPAIGN_FIELDS
                },
                by_campaign[campaign["campaign_id"]],
                users,
            )
        )
    features = tencent_lookalike.user_features(folder, preset.embedding_dim)
    return CampaignData(
        Population(
            features,
            tencent_lookalike.campaign_features(folder, preset.embedding_dim),
            tencent_lookalike.read_users(folder, users),
        ),
        tuple(parts["train"]),
        tuple(parts["dev"]),
        tuple(parts["test"]),
        description=(
            "Tencent's look-alike data of 2018, "
            f"{len(about) - len(usable)} campaigns left out that lack seeds or "
            "others in a stage; the first stage is to learn from, the second "
            "to rank"
        ),
        most_seeds=_most_seeds(usable[usable["part"] == "test"]),
    )


def _some(about: pd.DataFrame, count: int | None) -> pd.DataFrame:
    """Returns some campaigns, always the same ones."""
    draw = hashing.uniform(about["campaign_id"].to_numpy(), _SEED)
    return about.iloc[np.argsort(draw, kind="stable")[:count]]


def _is_usable(rows: pd.DataFrame | None) -> bool:
    if rows is None:
        return False
    stages = rows.groupby("stage")["label"].nunique()
    return len(stages) == 2 and bool((stages == 2).all())


def _campaign(
    name: str,
    values: dict[str, np.ndarray],
    rows: pd.DataFrame,
    users: np.ndarray,
) -> Campaign:
    first, second = (rows[rows["stage"] == stage] for stage in (1, 2))
    request = CampaignRequest(
        values,
        np.searchsorted(users, first["user_id"]),
        first["label"].to_numpy(np.float32),
        np.searchsorted(users, second["user_id"]),
    )
    truth = second["label"].to_numpy(np.float32)
    return Campaign(name, f"product {values['productType']}", request, truth)


def _most_seeds(test: pd.DataFrame) -> float | None:
    """Returns how many seeds the largest cold campaign has."""
    kinds = test["is_cold"].nunique()
    return float(test["seeds"][test["is_cold"]].max()) if kinds == 2 else None
