"""What goes with a case or a person: rows at once, what we said in a chat by taking it back through the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlmodel import Session, SQLModel, col

from bot.storage.case_rows import AnswerRow, AuditRow, CaseRow, ConsentRow, FollowUpRow, SeatRow
from bot.storage.dialect import clock, insert_new
from bot.storage.letters import ERASING, SWEEP, TAKE_BACK, OutboxRow, State, finish, new_row
from bot.storage.meeting_rows import MeetingRow
from bot.storage.reminder_store import ReminderRow

OF_A_CASE: tuple[type[SQLModel], ...] = (AnswerRow, ConsentRow, FollowUpRow, AuditRow)
"""What hangs on a case; the audit goes with it only when it is forgotten by name."""

FORGETS = ("terminal",)
"""Platforms that keep nothing of what was shown there."""

_MAY_BE_THERE = (State.SENT, State.SENDING, State.LOOK)
_UNDER_WAY = timedelta(minutes=2)  # longer than a request that was under way can still arrive


def erase_case(session: Session, ref: str, now: datetime, with_audit: bool = True) -> int:
    """Erase a case with all that hangs on it, and take back what we said about it; returns how many rows."""
    tables = [table for table in OF_A_CASE if with_audit or table is not AuditRow]
    count = sum(gone(session, table, table.ref == ref) for table in tables)  # type: ignore[attr-defined, misc]
    count += gone(session, SeatRow, col(SeatRow.ref) == ref)
    count += gone(session, ReminderRow, col(ReminderRow.subject).startswith(f"{ref}/"))
    session.execute(update(MeetingRow).where(col(MeetingRow.case_ref) == ref).values(case_ref=""))
    take_back(session, named(ref), now)
    return count + gone(session, CaseRow, col(CaseRow.ref) == ref)


def named(name: str) -> ColumnElement[bool]:
    """Which posts are about a case or a person."""
    return col(OutboxRow.about).contains(f" {name} ", autoescape=True)


def to_person(person: str) -> ColumnElement[bool]:
    """Which posts went to a person or name them."""
    id = person.partition(":")[2]
    alone = (col(OutboxRow.platform) == person.partition(":")[0]) & (col(OutboxRow.private_to) == id)
    return or_(col(OutboxRow.dest) == person, named(person), alone)


def take_back(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Let go of these posts: those that may stand in a chat are taken away from it first; returns how many."""
    moment = clock(session, now)
    found = select(OutboxRow).where(which).order_by(col(OutboxRow.id))
    rows: Sequence[OutboxRow] = session.execute(found.with_for_update()).scalars().all()
    for row in rows:
        if row.kind in ERASING:
            continue
        if row.state in _MAY_BE_THERE and row.platform not in FORGETS:
            _turn(row, moment)
        else:
            session.delete(row)
    session.flush()
    return len(rows)


def sweep(session: Session, person: str, now: datetime) -> None:
    """Let everything we ever said to a person in private be taken away."""
    if person.partition(":")[0] not in FORGETS:
        moment = clock(session, now)
        insert_new(session, OutboxRow, [new_row(f"sweep/{person}", SWEEP, "", person, moment, moment)])


def gone(session: Session, table: type[SQLModel], which: Any) -> int:
    """Delete these rows; returns how many."""
    return int(session.execute(delete(table).where(which)).rowcount)  # type: ignore[attr-defined]


def _turn(row: OutboxRow, moment: datetime) -> None:
    """Turn a post into the taking back of it. Where it stands and its marker are still needed, the rest is not."""
    under_way = row.state != State.SENT
    finish(row, State.PENDING)  # whoever is sending it now is fenced off
    row.key, row.kind, row.ref, row.text, row.about = f"back/{row.id}", TAKE_BACK, "", "", ""
    row.tries = row.looks = 0
    row.by_hand, row.planned_for = False, moment
    row.next_try = moment + (_UNDER_WAY if under_way else timedelta())
