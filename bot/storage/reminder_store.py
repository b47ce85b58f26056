"""The planned reminders. What falls due moves to the outbox in one transaction; its unique key prevents doubles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from pydantic import NaiveDatetime
from sqlalchemy import ColumnElement, Index, func, select, update
from sqlmodel import Field, Session, SQLModel, col

from bot import crash
from bot.storage.database import Database
from bot.storage.dialect import alone, clock, hold, insert_new, locked
from bot.storage.letters import OutboxRow, State, new_row
from workflows.due import Occurrence

AT_ONCE = 500
"""How many reminders move to the outbox in one transaction."""


class Stage(StrEnum):
    """Where a reminder is: to come, handed to the outbox, needless by now, not this time, settled by a person."""

    PLANNED = "planned"
    FIRED = "fired"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    DONE = "done"


class ReminderRow(SQLModel, table=True):
    """A reminder: wall time and zone are what was meant, `due_at` follows. `fired` counts how often it went out."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_due", "state", "due_at"),
        Index("ix_reminder_subject", "subject", "rule", "step"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str
    key: str = Field(unique=True)
    rule: str
    about: str
    subject: str
    step: int
    nominal: date
    wall: NaiveDatetime
    zone: str
    due_at: datetime
    dest: str
    state: str = Stage.PLANNED
    fired: int = 0
    snoozed: bool = False


@dataclass(frozen=True)
class Reminder:
    """A reminder as it stands."""

    id: int
    rule: str
    about: str
    subject: str
    step: int
    nominal: date
    wall: datetime
    zone: str
    due_at: datetime
    dest: str
    stage: Stage


class Reminders:
    """The reminders in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, about: str, subject: str, wanted: Sequence[Occurrence], now: datetime, until: datetime) -> None:
        """Make what is to come for one subject from `now` to `until` equal to `wanted`; what was snoozed stays."""
        with self._database.write() as session:
            hold(session, [f"subject {subject}"])
            known = select(ReminderRow).where(col(ReminderRow.subject) == subject).order_by(col(ReminderRow.id))
            old = {row.key: row for row in session.execute(known.with_for_update()).scalars()}
            insert_new(session, ReminderRow, [_values(about, item) for item in wanted if item.key not in old])
            for item in wanted:
                if item.key in old:
                    _renew(old[item.key], item)
            keys = {item.key for item in wanted}
            for row in old.values():
                if row.key not in keys and _to_come(row) and row.about == about and now < row.due_at <= until:
                    row.state = Stage.CANCELLED

    @contextmanager
    def alone_with(self, subject: str) -> Iterator[None]:
        """Everything inside is one transaction; until it ends nobody else plans this subject."""
        with self._database.unit():
            with self._database.write() as session:
                hold(session, [f"subject {subject}"])
            yield

    def close(self, subject: str) -> None:
        """Nothing more about this subject."""
        with self._database.write() as session:
            session.execute(
                update(ReminderRow)
                .where(col(ReminderRow.subject) == subject, col(ReminderRow.state) == Stage.PLANNED)
                .values(state=Stage.CANCELLED)
            )

    def fire(self, now: datetime, state: State = State.PENDING) -> int:
        """Move what is due to the outbox, in parts; returns how many. State LOOK: an old backup was put back.

        One at a time: while another process does so there is nothing left to do.
        """
        moved, part = 0, AT_ONCE
        while part == AT_ONCE:
            part = self._fire_some(now, state)
            moved += part
            crash.point("fired")
        return moved

    def _fire_some(self, now: datetime, state: State) -> int:
        with self._database.write() as session:
            if not alone(session, "fire"):
                return 0
            moment = clock(session, now)
            _skip_overtaken(session, moment)
            query = select(ReminderRow).where(*_due(moment)).order_by(col(ReminderRow.due_at), col(ReminderRow.id))
            rows = list(session.execute(locked(session, query.limit(AT_ONCE), ReminderRow)).scalars())
            insert_new(session, OutboxRow, [_letter(row, moment, state) for row in rows])
            for row in rows:
                row.state, row.fired = Stage.FIRED, row.fired + 1
            session.flush()
            crash.point("firing")
        return len(rows)

    def snooze(self, id: int, wall: datetime, at: datetime, now: datetime) -> bool:
        """Let a reminder come again at a wall time; False when there is none or its subject is closed."""
        with self._database.write() as session:
            row = session.get(ReminderRow, id, with_for_update=True)
            if row is None or row.state == Stage.CANCELLED or at <= now:
                return False
            row.wall, row.due_at, row.state, row.snoozed = wall, at, Stage.PLANNED, True
            return True

    def pass_on(self, id: int, dest: str, now: datetime) -> None:
        """Let a reminder come again at once, elsewhere."""
        with self._database.write() as session:
            row = session.get(ReminderRow, id, with_for_update=True)
            if row is not None:
                row.dest, row.due_at, row.state, row.snoozed = dest, now, Stage.PLANNED, True

    def end(self, id: int, stage: Stage) -> bool:
        """Skip a reminder or call it done; False when there is none."""
        with self._database.write() as session:
            row = session.get(ReminderRow, id, with_for_update=True)
            if row is None:
                return False
            row.state = stage
            return True

    def end_round(self, reminder: Reminder) -> None:
        """It is done: what would go up from this reminder need not come any more."""
        up = (col(ReminderRow.rule) == reminder.rule, col(ReminderRow.subject) == reminder.subject)
        later = (col(ReminderRow.step) > reminder.step, col(ReminderRow.state) == Stage.PLANNED)
        with self._database.write() as session:
            session.execute(update(ReminderRow).where(*up, *later).values(state=Stage.DONE))

    def reminder(self, id: int) -> Reminder | None:
        """The reminder of that number."""
        with self._database.read() as session:
            row = session.get(ReminderRow, id)
            return _reminder(row) if row else None

    def planned(self, until: datetime, limit: int = 500) -> list[Reminder]:
        """What is to come, first first."""
        query = select(ReminderRow).where(col(ReminderRow.state) == Stage.PLANNED, col(ReminderRow.due_at) <= until)
        with self._database.read() as session:
            rows = session.execute(query.order_by(col(ReminderRow.due_at)).limit(limit)).scalars()
            return [_reminder(row) for row in rows]


def _skip_overtaken(session: Session, now: datetime) -> None:
    """Of a reminder that comes back and was missed more than once, only the last is still worth saying."""
    same = (col(ReminderRow.subject), col(ReminderRow.rule), col(ReminderRow.step))
    # Counted from the newest: a comparison of each with each would take seconds after a long time down.
    place = func.row_number().over(partition_by=same, order_by=col(ReminderRow.due_at).desc()).label("place")
    ranked = select(col(ReminderRow.id), place).where(*_due(now)).subquery()
    session.execute(
        update(ReminderRow)
        .where(col(ReminderRow.id).in_(select(ranked.c.id).where(ranked.c.place > 1)))
        .values(state=Stage.SKIPPED),
        execution_options={"synchronize_session": False},
    )


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(ReminderRow.state) == Stage.PLANNED, col(ReminderRow.due_at) <= now


def _to_come(row: ReminderRow) -> bool:
    return row.state == Stage.PLANNED and not row.snoozed


def _renew(row: ReminderRow, item: Occurrence) -> None:
    if row.state == Stage.CANCELLED and not row.fired:
        row.state = Stage.PLANNED
    if _to_come(row):
        row.wall, row.zone, row.due_at, row.dest = item.wall, item.zone, item.at, item.dest


def _values(about: str, item: Occurrence) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "key": item.key,
        "rule": item.rule,
        "about": about,
        "subject": item.subject,
        "step": item.step,
        "nominal": item.nominal,
        "wall": item.wall,
        "zone": item.zone,
        "due_at": item.at,
        "dest": item.dest,
        "state": Stage.PLANNED,
        "fired": 0,
        "snoozed": False,
    }


def _letter(row: ReminderRow, now: datetime, state: State) -> dict[str, Any]:
    """The post of one coming of a reminder. Its key holds a random id: no other reminder ever has the same."""
    known = state if row.dest else State.LOOK
    reason = "restored" if state is State.LOOK else "" if row.dest else "nobody"
    key = f"reminder/{row.uid}/{row.fired}"
    return new_row(key, "reminder", str(row.id), row.dest, row.due_at, now, known, reason=reason)


def _reminder(row: ReminderRow) -> Reminder:
    return Reminder(
        id=row.id or 0,
        rule=row.rule,
        about=row.about,
        subject=row.subject,
        step=row.step,
        nominal=row.nominal,
        wall=row.wall,
        zone=row.zone,
        due_at=row.due_at,
        dest=row.dest,
        stage=Stage(row.state),
    )
