"""Training sets as the database keeps them."""

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.audience.store.records.training_set import TrainingSet
from tfmtl.audience.store.tables import TRAINING_ROW
from tfmtl.audience.store.tables import TRAINING_SET
from tfmtl.audience.store.user_ids import known_kind
from tfmtl.audience.store.user_ids import typed
from tfmtl.database import insert_rows


def keep(connection: sa.Connection, drawn: TrainingSet) -> int:
    """Keeps a set, unless it is the last one again, and returns its version.

    Args:
        connection: A connection within a transaction that writes.
        drawn: The set, whose version is not known yet.
    """
    rows = _rows(drawn)
    fingerprint = _fingerprint(drawn)
    last = connection.execute(
        sa.select(TRAINING_SET)
        .where(TRAINING_SET.c.campaign_id == drawn.campaign_id)
        .order_by(TRAINING_SET.c.version.desc())
        .limit(1)
    ).first()
    if last is not None and last.fingerprint == fingerprint:
        return int(last.version)
    version = 1 if last is None else last.version + 1
    connection.execute(
        sa.insert(TRAINING_SET).values(
            campaign_id=drawn.campaign_id,
            version=version,
            ratio=drawn.ratio,
            seed=drawn.seed,
            fingerprint=fingerprint,
            created_at=drawn.created_at,
        )
    )
    versions = pa.array([version] * rows.num_rows, pa.int32())
    rows = rows.append_column("version", versions)
    insert_rows(connection, TRAINING_ROW, rows)
    return version


def _rows(drawn: TrainingSet) -> pa.Table:
    labels = [1] * len(drawn.seeds) + [0] * len(drawn.negatives)
    ids = np.concatenate([drawn.seeds, drawn.negatives])
    return pa.table(
        {
            "campaign_id": [drawn.campaign_id] * len(ids),
            "user_id": pa.array(ids).cast(pa.string()),
            "label": pa.array(labels, pa.int8()),
        }
    )


def _fingerprint(drawn: TrainingSet) -> str:
    digest = hashlib.sha256(f"{drawn.ratio} {drawn.seed}".encode())
    for ids in (drawn.seeds, drawn.negatives):
        digest.update("\0".join(map(str, ids)).encode() + b"\0\0")
    return digest.hexdigest()


def read(
    connection: sa.Connection, campaign_id: str, version: int | None
) -> TrainingSet:
    """Returns a training set.

    Args:
        connection: A connection.
        campaign_id: The campaign.
        version: Its version; None for the last one.

    Raises:
        ValueError: If there is no such version.
    """
    query = sa.select(TRAINING_SET).where(
        TRAINING_SET.c.campaign_id == campaign_id
    )
    if version is not None:
        query = query.where(TRAINING_SET.c.version == version)
    query = query.order_by(TRAINING_SET.c.version.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise ValueError(
            "There should be a training set of that version; draw it by "
            "`draw_training_set`. Received: "
            f"campaign_id={campaign_id!r}, version={version!r}."
        )
    users = pd.DataFrame(
        connection.execute(
            sa.select(TRAINING_ROW.c.user_id, TRAINING_ROW.c.label).where(
                TRAINING_ROW.c.campaign_id == campaign_id,
                TRAINING_ROW.c.version == row.version,
            )
        ).all(),
        columns=["user_id", "label"],
    )
    kind = known_kind(connection)
    seeds, negatives = (
        typed(users["user_id"][users["label"] == label].tolist(), kind)
        for label in (1, 0)
    )
    return TrainingSet(
        campaign_id,
        row.version,
        seeds,
        negatives,
        row.ratio,
        row.seed,
        row.created_at,
    )
