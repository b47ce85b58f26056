"""Several processes on one database: what one of them runs alone, and a proof that they have the same key."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the leases and the proof; of what waits, the lane becomes the person alone."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
    )
    op.create_table(
        "key_proof",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("locked", sa.String(), nullable=False),
    )
    inbox = sa.table("inbox", sa.column("id"), sa.column("lane"))
    for id, lane in op.get_bind().execute(sa.select(inbox.c.id, inbox.c.lane)).all():
        op.execute(inbox.update().where(inbox.c.id == id).values(lane=lane.rpartition(" ")[2]))
