"""Cases: answers, consents, follow-ups, and who touched them when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables for cases."""
    op.create_table(
        "case_file",
        sa.Column("ref", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("again", sa.String(), nullable=False),
        sa.Column("talk", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("talk_again", sa.String(), nullable=False),
        sa.Column("misfits", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("sitting", sa.String(), nullable=False),
        sa.Column("last_message", sa.String(), nullable=False),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("closed", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_case_file_owner", "case_file", ["owner"])
    op.create_table(
        "case_answer",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("walk", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "walk", "step", name="pk_case_answer"),
    )
    op.create_table(
        "case_consent",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("limits", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "who", "purpose", "recorded_at", name="pk_case_consent"),
    )
    op.create_table(
        "case_follow_up",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "kind", "due", name="pk_case_follow_up"),
    )
    op.create_index("ix_case_follow_up_due", "case_follow_up", ["due"])
    op.create_table(
        "case_audit",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
    )
    op.create_index("ix_case_audit_ref", "case_audit", ["ref"])
    op.create_table(
        "case_seat",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
    )
    op.create_table(
        "case_counter",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
