"""Reminders, the outbox and what goes with it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables for reminders, the outbox, its destinations and the heartbeat."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("wall", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("snoozed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_reminder_due", "reminder", ["state", "due_at"])
    op.create_index("ix_reminder_subject", "reminder", ["subject", "rule", "step"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("dest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True)),
        sa.Column("first_try", sa.DateTime(timezone=True)),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("platform_id", sa.String(), nullable=False),
    )
    op.create_index("ix_outbox_next", "outbox", ["platform", "next_try"])
    op.create_index("ix_outbox_lane", "outbox", ["dest", "next_try"])
    op.create_table(
        "outbox_lane",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("open_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Boolean(), nullable=False),
    )
