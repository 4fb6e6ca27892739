"""The tables of the store. Every change needs a migration."""

from typing import Any

import sqlalchemy as sa

from tfmtl.audience.store.moment import Moment

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _campaign_id(**options: Any) -> sa.Column:
    return sa.Column(
        "campaign_id",
        sa.Text,
        sa.ForeignKey("campaign.campaign_id"),
        **{"nullable": False, **options},
    )


def _lane() -> sa.sql.elements.TextClause:
    # In a unique index, no campaign is to be a campaign as well.
    return sa.text("coalesce(campaign_id, '')")


SETTING = sa.Table(
    "setting",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text),
)
CAMPAIGN = sa.Table(
    "campaign",
    METADATA,
    sa.Column("campaign_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("size", sa.BigInteger),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
BATCH = sa.Table(
    "batch",
    METADATA,
    sa.Column("batch_id", SERIAL, primary_key=True),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text),
    sa.Column("report", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("scope", "content_hash"),
)
QUARANTINED = sa.Table(
    "quarantined_row",
    METADATA,
    sa.Column("quarantined_id", SERIAL, primary_key=True),
    sa.Column(
        "batch_id", SERIAL, sa.ForeignKey("batch.batch_id"), nullable=False
    ),
    sa.Column("row_number", sa.BigInteger, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index(None, "batch_id"),
)
SEED = sa.Table(
    "seed",
    METADATA,
    _campaign_id(primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("batch_id", SERIAL, nullable=False),
)
OPT_OUT = sa.Table(
    "opt_out",
    METADATA,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("batch_id", SERIAL, nullable=False),
)
EXPOSURE = sa.Table(
    "exposure",
    METADATA,
    sa.Column("event_id", sa.Text, primary_key=True),
    _campaign_id(),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("closes_at", sa.BigInteger, nullable=False),
    sa.Column("label", sa.SmallInteger),
    sa.Column("batch_id", SERIAL, nullable=False),
    sa.Index(None, "campaign_id", "user_id", "time"),
    sa.Index(
        "ix_exposure_open",
        "closes_at",
        sqlite_where=sa.text("label IS NULL"),
        postgresql_where=sa.text("label IS NULL"),
    ),
)
CONVERSION = sa.Table(
    "conversion",
    METADATA,
    sa.Column("event_id", sa.Text, primary_key=True),
    _campaign_id(),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("batch_id", SERIAL, nullable=False),
    sa.Index(None, "campaign_id", "user_id", "time"),
)
TRAINING_SET = sa.Table(
    "training_set",
    METADATA,
    _campaign_id(primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ratio", sa.Float, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
TRAINING_ROW = sa.Table(
    "training_row",
    METADATA,
    sa.Column("campaign_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("label", sa.SmallInteger, nullable=False),
    sa.ForeignKeyConstraint(
        ["campaign_id", "version"],
        ["training_set.campaign_id", "training_set.version"],
    ),
)
MODEL = sa.Table(
    "model",
    METADATA,
    sa.Column("model_id", SERIAL, primary_key=True),
    _campaign_id(nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("metrics", sa.JSON, nullable=False),
    sa.Column("parent", SERIAL, sa.ForeignKey("model.model_id")),
    sa.Column("training_set", sa.Integer),
    sa.Column("is_rolled_back", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("uq_model_version", _lane(), "version", unique=True),
    sa.Index("uq_model_path", _lane(), "path", unique=True),
)
AUDIENCE = sa.Table(
    "audience",
    METADATA,
    sa.Column("audience_id", SERIAL, primary_key=True),
    _campaign_id(),
    sa.Column("model_version", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("campaign_id", "model_version", "path", "size"),
)
JOB = sa.Table(
    "job",
    METADATA,
    sa.Column("job_id", SERIAL, primary_key=True),
    _campaign_id(nullable=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("retries", sa.Integer, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("lease", sa.Float),
    sa.Column("leased_until", Moment),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    # The database itself sees to it that one job of a campaign runs at a time.
    sa.Index(
        "uq_job_running",
        _lane(),
        unique=True,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    ),
    sa.Index(None, "status"),
)
