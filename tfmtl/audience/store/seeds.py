"""Seed lists of the campaigns."""

import os
from typing import Any
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.audience.store import batches
from tfmtl.audience.store.bad_rows import keep_aside
from tfmtl.audience.store.bad_rows import refuse
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.seed_checks import Known
from tfmtl.audience.store.seed_checks import check_count
from tfmtl.audience.store.seed_checks import sort_out
from tfmtl.audience.store.seed_files import read_ids
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.tables import SEED
from tfmtl.audience.store.user_ids import UserIds
from tfmtl.audience.store.user_ids import agree_on_kind
from tfmtl.audience.store.user_ids import ids_of
from tfmtl.audience.store.user_ids import known_kind
from tfmtl.audience.store.user_ids import typed
from tfmtl.database import insert_rows


class SeedList(NamedTuple):
    """A list of seeds on its way into the store.

    Args:
        campaign_id: The campaign.
        ids: The seeds.
        source: Where they came from.
        content: Hash of the file, if it is one.
        quarantine: Whether to put bad rows aside.
    """

    campaign_id: str
    ids: UserIds
    source: str
    content: str | None
    quarantine: bool


class Seeds(StorePart):
    """Who is known to be right for a campaign."""

    def add_seeds(
        self,
        campaign_id: str,
        ids: Any,
        *,
        known: Any = None,
        min_known: float = 1.0,
        quarantine: bool = False,
    ) -> IngestionReport:
        """Adds seeds to a campaign: all of them, or none.

        Seeds that the campaign has already are counted, and change nothing.

        Args:
            campaign_id: The campaign.
            ids: Ids of the seeds, whole numbers or text.
            known: Ids of all users there are; None if nobody is to look.
            min_known: The least share of the seeds that has to be among
                them. The others are left out.
            quarantine: Whether to put rows that are missing or there twice
                into quarantine, instead of refusing all.

        Raises:
            UnknownCampaignError: If there is no such campaign.
            TableError: If a row is bad; the message names it.
            ValueError: If too few seeds are known, or there are fewer than
                `min_seeds` in the campaign then.
        """
        users = Known.of(known, min_known)
        seeds = SeedList(
            campaign_id, ids_of(ids, "ids"), "ids", None, quarantine
        )
        return self._take_in(seeds, users)

    def ingest_seeds(
        self,
        campaign_id: str,
        path: str | os.PathLike[str],
        *,
        id_column: str = "user_id",
        known: Any = None,
        min_known: float = 1.0,
        quarantine: bool = False,
    ) -> IngestionReport:
        """Adds the seeds of a file to a campaign: all of them, or none.

        The same file again changes nothing, whatever its name.

        Args:
            campaign_id: The campaign.
            path: A CSV file with a line of names, a Parquet file, or text
                with an id on each line.
            id_column: Name of the column of ids; text has none.
            known: As of `add_seeds`.
            min_known: As of `add_seeds`.
            quarantine: As of `add_seeds`.

        Raises:
            UnknownCampaignError: If there is no such campaign.
            TableError: If the file cannot be read, or a row is bad; the
                message names file, row, column and value. Rows count from 0,
                a line of names apart.
            ValueError: As of `add_seeds`.
        """
        users = Known.of(known, min_known)
        content = batches.content_hash(path)
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            kind = users.kind or known_kind(connection)
            scope = _scope(campaign_id)
            earlier = batches.earlier_report(connection, scope, content)
        if earlier is not None:
            return earlier
        ids = read_ids(path, id_column, kind)
        seeds = SeedList(campaign_id, ids, os.fspath(path), content, quarantine)
        return self._take_in(seeds, users)

    def seeds(self, campaign_id: str) -> np.ndarray:
        """Returns the ids of a campaign's seeds, sorted, as they came in.

        Args:
            campaign_id: The campaign.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            kind = known_kind(connection)
            return typed(seed_texts(connection, campaign_id), kind)

    def _take_in(self, seeds: SeedList, users: Known) -> IngestionReport:
        scope = _scope(seeds.campaign_id)
        with self._database.writing() as connection:
            lock_campaign(connection, seeds.campaign_id)
            if seeds.content is not None:
                earlier = batches.earlier_report(
                    connection, scope, seeds.content
                )
                if earlier is not None:
                    return earlier
            kind = users.kind or known_kind(connection) or seeds.ids.kind
            bad, good = sort_out(seeds.ids, kind)
            if not seeds.quarantine:
                refuse(bad, seeds.source, has_quarantine=True)
            for found in (users.kind, seeds.ids.kind):
                agree_on_kind(connection, found, seeds.source)
            left = users.among(good, seeds.source)
            before = seed_texts(connection, seeds.campaign_id)
            new = left[~left.isin(before)]
            check_count(len(before) + len(new), self.min_seeds, seeds.source)
            batch = batches.begin_batch(
                connection, scope, seeds.content, self._now()
            )
            insert_rows(connection, SEED, _rows(seeds.campaign_id, new, batch))
            keep_aside(connection, bad, batch)
            report = IngestionReport(
                source=seeds.source,
                batch=batch,
                rows=len(bad) + len(good),
                added=len(new),
                duplicates=len(left) - len(new),
                unknown=len(good) - len(left),
                quarantined=len(bad),
            )
            batches.end_batch(connection, report)
        return report


def seed_texts(connection: sa.Connection, campaign_id: str) -> list[str]:
    """Returns the ids of a campaign's seeds as they are kept.

    Args:
        connection: A connection.
        campaign_id: The campaign.
    """
    query = sa.select(SEED.c.user_id).where(SEED.c.campaign_id == campaign_id)
    return list(connection.execute(query).scalars())


def _scope(campaign_id: str) -> str:
    return f"seeds of {campaign_id}"


def _rows(campaign_id: str, texts: pd.Series, batch: int) -> pa.Table:
    return pa.table(
        {
            "campaign_id": pa.array([campaign_id] * len(texts), pa.string()),
            "user_id": pa.array(texts, pa.string()),
            "batch_id": pa.array([batch] * len(texts), pa.int64()),
        }
    )
