"""The tables of the ledger."""

import sqlalchemy as sa

METADATA = sa.MetaData()

PLANS = sa.Table(
    "activation_plans",
    METADATA,
    sa.Column("plan", sa.String(200), primary_key=True),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("deadline", sa.Date, nullable=False),
    sa.Column("budget", sa.BigInteger, nullable=False),
    sa.Column("control_share", sa.Float, nullable=False),
    sa.Column("outcomes", sa.JSON, nullable=False),  # the activity first
)

ASSIGNMENTS = sa.Table(
    "activation_assignments",
    METADATA,
    sa.Column("plan", sa.ForeignKey(PLANS.c.plan), primary_key=True),
    sa.Column("advertiser_id", sa.String(200), primary_key=True),
    sa.Column("scenario", sa.String(200), primary_key=True),
    sa.Column("arm", sa.String(20), nullable=False),
    sa.Column("metric", sa.String(200), nullable=False),
    sa.Column("target", sa.BigInteger, nullable=False),
    sa.Column("reward", sa.BigInteger, nullable=False),
)

OUTCOMES = sa.Table(
    "activation_outcomes",
    METADATA,
    sa.Column("plan", sa.String(200), primary_key=True),
    sa.Column("advertiser_id", sa.String(200), primary_key=True),
    sa.Column("scenario", sa.String(200), primary_key=True),
    sa.Column("metric", sa.String(200), primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.ForeignKeyConstraint(
        ["plan", "advertiser_id", "scenario"],
        [
            ASSIGNMENTS.c.plan,
            ASSIGNMENTS.c.advertiser_id,
            ASSIGNMENTS.c.scenario,
        ],
    ),
)
