"""The queue of jobs, and the audiences that come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUNNING = sa.text("status = 'running'")


def upgrade() -> None:
    """Makes the tables."""
    op.execute("INSERT INTO setting (name) VALUES ('queue')")
    op.create_table(
        "audience",
        sa.Column("audience_id", _SERIAL),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("audience_id", name="pk_audience"),
        _of_campaign("audience"),
        sa.UniqueConstraint(
            "campaign_id",
            "model_version",
            "path",
            "size",
            name="uq_audience_campaign_id_model_version_path_size",
        ),
    )
    op.create_table(
        "job",
        sa.Column("job_id", _SERIAL),
        sa.Column("campaign_id", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", sa.Float()),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
        _of_campaign("job"),
    )
    op.create_index("ix_job_status", "job", ["status"])
    op.create_index(
        "uq_job_running",
        "job",
        [sa.text("coalesce(campaign_id, '')")],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def _of_campaign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id"],
        ["campaign.campaign_id"],
        name=f"fk_{table}_campaign_id",
    )
