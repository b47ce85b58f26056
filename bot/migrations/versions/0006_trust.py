"""Whom and what a post is about, whose question a conversation holds, how often was asked, and who looked in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what erasing needs to find its way, the counts of questions and the audit of exports."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("about", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("person", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("noted", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "question_count",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "privacy_audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
    )
