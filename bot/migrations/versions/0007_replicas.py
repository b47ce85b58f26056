"""Several processes on one database: what one of them runs alone, and a proof that they have the same key."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_PEOPLE = (
    "case_answer.by", "case_audit.who", "case_consent.recorded_by", "case_consent.withdrawn_by", "case_file.about",
    "case_file.owner", "case_seat.person", "conversation.key", "conversation.person", "inbox.lane", "inbox_key.key",
    "meeting.leader_key", "meeting.planner", "meeting.reporter_key", "meeting_action.ended_by",
    "meeting_action.owner_key", "meeting_audit.who", "meeting_talk.person", "outbox.about", "outbox.dest",
    "outbox.private_to", "outbox_lane.name", "person.key", "privacy_audit.about", "privacy_audit.who", "reminder.dest",
)  # fmt: skip
"""Columns that name a person."""


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
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL keeps samples of what stands in a column beside its table, where erasing does not reach.
        for table, _, column in (name.partition(".") for name in _PEOPLE):
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
