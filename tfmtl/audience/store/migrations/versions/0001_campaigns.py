"""Campaigns, seeds, events, training sets and models."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("label IS NULL")
_LANE = sa.text("coalesce(campaign_id, '')")


def upgrade() -> None:
    """Makes the tables."""
    _make_shared_tables()
    _make_lists()
    _make_events()
    _make_training_sets()
    _make_models()


def _make_shared_tables() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    # Rows that transactions lock, so they have to be there.
    for name in ("id_kind", "watermark", "opt_outs", "general_model"):
        op.execute(f"INSERT INTO setting (name) VALUES ('{name}')")
    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign"),
    )
    op.create_table(
        "batch",
        sa.Column("batch_id", _SERIAL),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text()),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch"),
        sa.UniqueConstraint(
            "scope", "content_hash", name="uq_batch_scope_content_hash"
        ),
    )
    op.create_table(
        "quarantined_row",
        sa.Column("quarantined_id", _SERIAL),
        sa.Column("batch_id", _SERIAL, nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("quarantined_id", name="pk_quarantined_row"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.batch_id"],
            name="fk_quarantined_row_batch_id",
        ),
    )
    _index("quarantined_row", "batch_id")


def _make_lists() -> None:
    op.create_table(
        "seed",
        sa.Column("campaign_id", sa.Text()),
        sa.Column("user_id", sa.Text()),
        sa.Column("batch_id", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name="pk_seed"),
        _of_campaign("seed"),
    )
    op.create_table(
        "opt_out",
        sa.Column("user_id", sa.Text()),
        sa.Column("batch_id", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_opt_out"),
    )


def _make_events() -> None:
    for name, more in (
        (
            "exposure",
            [
                sa.Column("closes_at", sa.BigInteger(), nullable=False),
                sa.Column("label", sa.SmallInteger()),
            ],
        ),
        ("conversion", []),
    ):
        op.create_table(
            name,
            sa.Column("event_id", sa.Text()),
            sa.Column("campaign_id", sa.Text(), nullable=False),
            sa.Column("user_id", sa.Text(), nullable=False),
            sa.Column("time", sa.BigInteger(), nullable=False),
            *more,
            sa.Column("batch_id", _SERIAL, nullable=False),
            sa.PrimaryKeyConstraint("event_id", name=f"pk_{name}"),
            _of_campaign(name),
        )
        _index(name, "campaign_id", "user_id", "time")
    op.create_index(
        "ix_exposure_open",
        "exposure",
        ["closes_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _make_training_sets() -> None:
    op.create_table(
        "training_set",
        sa.Column("campaign_id", sa.Text()),
        sa.Column("version", sa.Integer(), autoincrement=False),
        sa.Column("ratio", sa.Float(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "campaign_id", "version", name="pk_training_set"
        ),
        _of_campaign("training_set"),
    )
    op.create_table(
        "training_row",
        sa.Column("campaign_id", sa.Text()),
        sa.Column("version", sa.Integer(), autoincrement=False),
        sa.Column("user_id", sa.Text()),
        sa.Column("label", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "campaign_id", "version", "user_id", name="pk_training_row"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "version"],
            ["training_set.campaign_id", "training_set.version"],
            name="fk_training_row_campaign_id_version",
        ),
    )


def _make_models() -> None:
    op.create_table(
        "model",
        sa.Column("model_id", _SERIAL),
        sa.Column("campaign_id", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("parent", _SERIAL),
        sa.Column("training_set", sa.Integer()),
        sa.Column("is_rolled_back", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name="pk_model"),
        _of_campaign("model"),
        sa.ForeignKeyConstraint(
            ["parent"], ["model.model_id"], name="fk_model_parent"
        ),
    )
    for name in ("version", "path"):
        op.create_index(f"uq_model_{name}", "model", [_LANE, name], unique=True)


def _of_campaign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id"],
        ["campaign.campaign_id"],
        name=f"fk_{table}_campaign_id",
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
