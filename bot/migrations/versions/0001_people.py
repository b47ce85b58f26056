"""People, conversations, and questions nobody could answer."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables for people, conversations and open questions."""
    op.create_table(
        "person",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
    )
    op.create_table(
        "conversation",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("provisions", sa.String(), nullable=False),
        sa.Column("pending", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "open_question",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
    )
