"""What is kept of a person or a case, wherever it stands: shown, erased, or erased because it had its time.

A table that holds a person or a case is named here; a test holds the lists against the tables that there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from bot.storage.case_rows import AnswerRow, AuditRow, CaseRow, ConsentRow, FollowUpRow, SeatRow
from bot.storage.database import Database
from bot.storage.inbox import KEYS_LAST, InboxKeyRow, InboxRow
from bot.storage.letters import LaneRow, OutboxRow, State
from bot.storage.meeting_rows import ActionRow, MeetingAuditRow, MeetingRow, TalkRow
from bot.storage.open_questions import OpenQuestionRow
from bot.storage.people import ConversationRow, PersonRow
from bot.storage.reminder_store import ReminderRow, Stage
from bot.vault import Vault
from workflows.case import CaseState
from workflows.meeting import MeetingState

FORGOTTEN = "vergeten"
"""What stands where a person was named in a line that has to stay, such as an audit."""


class What(StrEnum):
    """What is done to a row of somebody who is forgotten."""

    ERASE = "erase"
    BLANK = "blank"


@dataclass(frozen=True)
class Holding:
    """A table that names a person: in which columns, which are encrypted, and what forgetting does.

    `blank`: what to empty with each column that names the person (their name beside their key).
    """

    table: type[SQLModel]
    people: tuple[str, ...]
    what: What
    locked: tuple[str, ...] = ()
    blank: Mapping[str, str] = field(default_factory=dict)


HOLDINGS = (
    Holding(PersonRow, ("key",), What.ERASE),
    Holding(ConversationRow, ("key",), What.ERASE, ("question",)),
    Holding(SeatRow, ("person",), What.ERASE),
    Holding(TalkRow, ("person",), What.ERASE, ("answers",)),
    Holding(AuditRow, ("who",), What.BLANK),
    Holding(AnswerRow, ("by",), What.BLANK, ("value",)),
    Holding(ConsentRow, ("recorded_by", "withdrawn_by"), What.BLANK, ("limits",)),
    Holding(LaneRow, ("name",), What.ERASE),
    Holding(MeetingAuditRow, ("who",), What.BLANK),
    Holding(
        MeetingRow, ("planner", "leader_key", "reporter_key"), What.BLANK, ("place", "leader", "reporter"),
        {"leader_key": "leader", "reporter_key": "reporter"},
    ),
    Holding(ActionRow, ("owner_key", "ended_by"), What.BLANK, ("owner", "words", "reason"), {"owner_key": "owner"}),
    Holding(ReminderRow, ("dest",), What.ERASE),
    Holding(OutboxRow, ("dest",), What.ERASE, ("text",)),
    Holding(CaseRow, ("owner",), What.ERASE),
)  # fmt: skip

OF_A_CASE = (AnswerRow, ConsentRow, FollowUpRow, AuditRow)
"""What hangs on a case; the audit goes with it when it is forgotten by name."""

_LOCKED_IN_A_CASE: Mapping[type[SQLModel], tuple[str, ...]] = {AnswerRow: ("value",), ConsentRow: ("limits",)}


@dataclass(frozen=True)
class Terms:
    """How long each kind is kept after it ended."""

    cases: timedelta = timedelta(days=90)
    meetings: timedelta = timedelta(days=90)
    audit: timedelta = timedelta(days=730)
    questions: timedelta = timedelta(days=365)
    posts: timedelta = timedelta(days=30)


class Records:
    """Everything kept of a person or a case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def of_person(self, person: str) -> dict[str, list[dict[str, Any]]]:
        """Every row that names a person ("slack:U1"), by table, readable; their cases with all that hangs on them."""
        with self._database.read() as session:
            found = {
                str(h.table.__tablename__): [self._shown(row, h.locked) for row in _rows(session, h, person)]
                for h in HOLDINGS
            }
            refs = [row["ref"] for row in found["case_file"]]
            for ref in refs:
                for name, rows in self._case(session, ref).items():
                    found.setdefault(name, []).extend(row for row in rows if row not in found.get(name, []))
        return {name: rows for name, rows in found.items() if rows}

    def of_case(self, ref: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of a case, by table, readable; empty when there is no such case."""
        with self._database.read() as session:
            return {name: rows for name, rows in self._case(session, ref).items() if rows}

    def forget_person(self, person: str) -> int:
        """Erase what is somebody's own, and take their name out of the rest; returns how many rows."""
        with self._database.write() as session:
            refs = list(session.execute(select(col(CaseRow.ref)).where(col(CaseRow.owner) == person)).scalars())
            count = sum(_erase_case(session, ref) for ref in refs)
            count += sum(_forget(session, holding, person) for holding in HOLDINGS)
            count += _gone(session, InboxRow, col(InboxRow.lane).endswith(f" {person}"))
            id = person.partition(":")[2]
            count += _gone(session, OutboxRow, col(OutboxRow.private_to) == id)
            count += _gone(session, InboxKeyRow, col(InboxKeyRow.key).contains(id)) if id else 0
        self._database.scrub()
        return count

    def forget_case(self, ref: str) -> int:
        """Erase a case with all that hangs on it, its audit and its reminders; returns how many rows."""
        with self._database.write() as session:
            count = _erase_case(session, ref)
        self._database.scrub()
        return count

    def purge(self, now: datetime, terms: Terms, dry: bool = False) -> dict[str, int]:
        """Erase what had its time, or with `dry` only count it; how many rows by kind."""
        with self._database.write() as session:
            counts = {kind: _count(session, table, when) for kind, table, when in _overdue(now, terms)}
            if dry:
                return counts
            refs = session.execute(select(col(CaseRow.ref)).where(_closed(now - terms.cases))).scalars().all()
            for ref in refs:
                _erase_case(session, ref, with_audit=False)
            for _, table, when in _overdue(now, terms):
                session.execute(delete(table).where(when))
        self._database.scrub()
        return counts

    def _case(self, session: Session, ref: str) -> dict[str, list[dict[str, Any]]]:
        found = {"case_file": [self._shown(row, ()) for row in _of(session, CaseRow, ref)]}
        for table in OF_A_CASE:
            locked = _LOCKED_IN_A_CASE.get(table, ())
            found[str(table.__tablename__)] = [self._shown(row, locked) for row in _of(session, table, ref)]
        return found if found["case_file"] else {}

    def _shown(self, row: SQLModel, locked: Sequence[str]) -> dict[str, Any]:
        values = row.model_dump(mode="json")
        return values | {name: self._vault.unlock(values[name]) for name in locked}


def _of(session: Session, table: type[SQLModel], ref: str) -> Iterator[SQLModel]:
    yield from session.execute(select(table).where(table.ref == ref)).scalars()  # type: ignore[attr-defined]


def _names(holding: Holding, person: str) -> ColumnElement[bool]:
    return or_(*(getattr(holding.table, column) == person for column in holding.people))


def _rows(session: Session, holding: Holding, person: str) -> Iterator[SQLModel]:
    yield from session.execute(select(holding.table).where(_names(holding, person))).scalars()


def _forget(session: Session, holding: Holding, person: str) -> int:
    if holding.what is What.ERASE:
        return _gone(session, holding.table, _names(holding, person))
    count = 0
    for column in holding.people:
        values = {column: FORGOTTEN, **({holding.blank[column]: ""} if column in holding.blank else {})}
        named = update(holding.table).where(getattr(holding.table, column) == person).values(values)
        count += session.execute(named).rowcount  # type: ignore[attr-defined]
    return count


def _erase_case(session: Session, ref: str, with_audit: bool = True) -> int:
    tables = [table for table in OF_A_CASE if with_audit or table is not AuditRow]
    count = sum(_gone(session, table, table.ref == ref) for table in tables)
    count += _gone(session, SeatRow, col(SeatRow.ref) == ref)
    count += _gone(session, ReminderRow, col(ReminderRow.subject).startswith(f"{ref}/"))
    return count + _gone(session, CaseRow, col(CaseRow.ref) == ref)


def _gone(session: Session, table: type[SQLModel], which: Any) -> int:
    return int(session.execute(delete(table).where(which)).rowcount)  # type: ignore[attr-defined]


def _closed(before: datetime) -> ColumnElement[bool]:
    return (col(CaseRow.state) == CaseState.CLOSED.value) & (col(CaseRow.closed) < before)


def _overdue(now: datetime, terms: Terms) -> Iterator[tuple[str, type[SQLModel], ColumnElement[bool]]]:
    """What had its time: (kind, table, which rows)."""
    over = select(col(MeetingRow.ref)).where(
        col(MeetingRow.state) != MeetingState.PLANNED.value, col(MeetingRow.closed) < now - terms.meetings
    )
    ended = [State.SENT, State.CANCELLED, State.DEAD]
    done = [Stage.FIRED, Stage.CANCELLED, Stage.SKIPPED, Stage.DONE]
    yield "case", CaseRow, _closed(now - terms.cases)
    yield "action", ActionRow, col(ActionRow.ref).in_(over)
    yield "meeting", MeetingRow, col(MeetingRow.ref).in_(over)
    yield "case_audit", AuditRow, col(AuditRow.at) < now - terms.audit
    yield "meeting_audit", MeetingAuditRow, col(MeetingAuditRow.at) < now - terms.audit
    yield "question", OpenQuestionRow, col(OpenQuestionRow.at) < now - terms.questions
    yield "post", OutboxRow, col(OutboxRow.state).in_(ended) & (col(OutboxRow.planned_for) < now - terms.posts)
    yield "reminder", ReminderRow, col(ReminderRow.state).in_(done) & (col(ReminderRow.due_at) < now - terms.meetings)
    yield "event_key", InboxKeyRow, col(InboxKeyRow.at) < now - KEYS_LAST


def _count(session: Session, table: type[SQLModel], which: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(which)).scalar_one())
