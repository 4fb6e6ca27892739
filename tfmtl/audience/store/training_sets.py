"""Versions of what the campaigns' models are customised with."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from tfmtl.audience.store import training_rows
from tfmtl.audience.store.opt_outs import opted_out_texts
from tfmtl.audience.store.records.training_set import TrainingSet
from tfmtl.audience.store.seed_checks import check_count
from tfmtl.audience.store.seeds import seed_texts
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.tables import CONVERSION
from tfmtl.audience.store.user_ids import TEXT
from tfmtl.audience.store.user_ids import WHOLE
from tfmtl.audience.store.user_ids import array_of
from tfmtl.audience.store.user_ids import known_kind
from tfmtl.audience.store.user_ids import typed
from tfmtl.audience.user_table import check_distinct
from tfmtl.id_kind import id_kind


class TrainingSets(StorePart):
    """Seeds, and users drawn from the pool to tell them from."""

    def draw_training_set(
        self,
        campaign_id: str,
        pool_ids: Any,
        *,
        ratio: float = 10,
        seed: int = 0,
    ) -> TrainingSet:
        """Draws users from the pool to tell a campaign's seeds from.

        They are drawn evenly from those who are no seeds, are not known to
        have converted and have not opted out. Seeds who have opted out are
        not learned from either. The order of the pool does not matter.

        Args:
            campaign_id: The campaign.
            pool_ids: Ids of all users of the pool.
            ratio: How many to draw for each seed, as far as the pool goes.
            seed: Int that makes the draw repeatable; campaigns draw apart.

        Returns:
            A new version, or the last one if nothing has changed.

        Raises:
            UnknownCampaignError: If there is no such campaign.
            ValueError: If there are too few seeds, nobody to tell them from,
                or the pool's ids are of another type.
        """
        if not 0 < ratio < np.inf:
            raise ValueError(
                f"`ratio` should be positive. Received: ratio={ratio!r}."
            )
        pool = _sorted_pool(pool_ids)
        with self._database.writing() as connection:
            lock_campaign(connection, campaign_id)
            kind = known_kind(connection)
            _check_kind(pool, kind)
            out = typed(opted_out_texts(connection), kind)
            own = typed(seed_texts(connection, campaign_id), kind)
            seeds = own[~pd.Index(own).isin(out)]
            check_count(len(seeds), self.min_seeds, campaign_id)
            converted = typed(_converted(connection, campaign_id), kind)
            excluded = np.concatenate([own, out, converted])
            negatives = _draw(
                pool[~pool.isin(excluded)].to_numpy(),
                max(round(ratio * len(seeds)), 1),
                _generator(campaign_id, seed),
            )
            drawn = TrainingSet(
                campaign_id, 0, seeds, negatives, ratio, seed, self._now()
            )
            version = training_rows.keep(connection, drawn)
            return training_rows.read(connection, campaign_id, version)

    def training_set(
        self, campaign_id: str, version: int | None = None
    ) -> TrainingSet:
        """Returns a training set.

        Args:
            campaign_id: The campaign.
            version: Its version; None for the last one.

        Raises:
            UnknownCampaignError: If there is no such campaign.
            ValueError: If it has no such version.
        """
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            return training_rows.read(connection, campaign_id, version)


def _sorted_pool(pool_ids: Any) -> pd.Index:
    array = array_of(pool_ids, "pool_ids")
    received = id_kind(array)
    if len(array) and received not in (WHOLE, TEXT):
        raise ValueError(
            "`pool_ids` should be whole numbers or text, and none missing. "
            f"Received: {received} values, first {array[:5].tolist()}."
        )
    pool = pd.Index(pd.Series(array).infer_objects())
    check_distinct(pool, "Every user of the pool should be there once")
    return pool.sort_values()


def _check_kind(pool: pd.Index, kind: str | None) -> None:
    received = id_kind(pool)
    if len(pool) and kind not in (None, received):
        raise ValueError(
            "`pool_ids` should be of the type that the store's ids are of; "
            f"convert them. Received: {received} values, first "
            f"{pool[:5].tolist()}; the store has {kind} ids."
        )


def _converted(connection: sa.Connection, campaign_id: str) -> list[str]:
    query = (
        sa.select(CONVERSION.c.user_id)
        .where(CONVERSION.c.campaign_id == campaign_id)
        .distinct()
    )
    return list(connection.execute(query).scalars())


def _generator(campaign_id: str, seed: int) -> np.random.Generator:
    # Campaigns with the same seed would draw nearly the same users.
    digest = hashlib.sha256(campaign_id.encode()).digest()
    return np.random.default_rng([seed, *digest[:8]])


def _draw(
    eligible: np.ndarray, count: int, random: np.random.Generator
) -> np.ndarray:
    if not len(eligible):
        raise ValueError(
            "`pool_ids` should have users that are no seeds, have not "
            "converted and have not opted out. Received: none."
        )
    size = min(count, len(eligible))
    return np.sort(random.choice(eligible, size, replace=False, shuffle=False))
