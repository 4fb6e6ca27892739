"""The users who want no advertising."""

from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.audience.store import batches
from tfmtl.audience.store.bad_rows import refuse
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.seed_checks import sort_out
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.tables import OPT_OUT
from tfmtl.audience.store.user_ids import UserIds
from tfmtl.audience.store.user_ids import agree_on_kind
from tfmtl.audience.store.user_ids import ids_of
from tfmtl.audience.store.user_ids import known_kind
from tfmtl.audience.store.user_ids import typed
from tfmtl.database import insert_rows


class OptOuts(StorePart):
    """Users who are in no audience, and whom no model learns from."""

    def opt_out(self, ids: Any) -> int:
        """Notes that users want no advertising; twice is as good as once.

        Args:
            ids: Ids of the users.

        Returns:
            How many had not opted out before.

        Raises:
            ValueError: If an id is missing or of another type.
        """
        texts, kind, _ = ids_of(ids, "ids")
        wrong, _ = sort_out(UserIds(texts.drop_duplicates(), kind), kind)
        refuse(wrong, "ids")
        with self._database.writing() as connection:
            locked_setting(connection, "opt_outs")
            agree_on_kind(connection, kind, "`ids`")
            now = self._now()
            batch = batches.begin_batch(connection, "opt-outs", None, now)
            new = texts[~texts.isin(opted_out_texts(connection))].unique()
            rows = {
                "user_id": pa.array(new, pa.string()),
                "batch_id": pa.array([batch] * len(new), pa.int64()),
            }
            insert_rows(connection, OPT_OUT, pa.table(rows))
            batches.end_batch(
                connection,
                IngestionReport("opt-outs", batch, len(texts), len(new)),
            )
        return len(new)

    def opted_out(self) -> np.ndarray:
        """Returns the ids of all users who opted out, sorted."""
        with self._database.reading() as connection:
            texts = opted_out_texts(connection)
            return typed(texts, known_kind(connection))


def opted_out_texts(connection: sa.Connection) -> list[str]:
    """Returns the ids of the users who opted out, as they are kept.

    Args:
        connection: A connection.
    """
    return list(connection.execute(sa.select(OPT_OUT.c.user_id)).scalars())
