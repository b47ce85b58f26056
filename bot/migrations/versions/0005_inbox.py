"""What came in from a platform and is not answered yet; where a reply goes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the inbox, and give posts their thread and the message whose place they take."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_lane", "inbox", ["lane"])
    op.create_table(
        "inbox_key",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("ix_inbox_key_at", "inbox_key", ["at"])
    op.create_table(
        "cursor",
        sa.Column("platform", sa.String(), primary_key=True),
        sa.Column("place", sa.String(), nullable=False),
    )
    with op.batch_alter_table("outbox") as table:
        for name in ("thread", "edits", "private_to"):
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
