"""How long each kind is kept after it ended, and the erasing of what has had its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal, or_, select
from sqlmodel import Session, SQLModel, col

from bot.storage.case_rows import AuditRow, CaseRow
from bot.storage.database import Database
from bot.storage.erasing import erase_case
from bot.storage.holdings import PrivacyAuditRow
from bot.storage.inbox import KEYS_LAST, InboxKeyRow
from bot.storage.letters import ERASING, LaneRow, OutboxRow, State
from bot.storage.meeting_rows import ActionRow, MeetingAuditRow, MeetingRow, TalkRow
from bot.storage.open_questions import OpenQuestionRow, QuestionCountRow
from bot.storage.people import CONVERSATION_LASTS, ConversationRow
from bot.storage.reminder_store import ReminderRow, Stage
from workflows.case import CaseState
from workflows.meeting import MeetingState

_ENDED = (State.SENT, State.CANCELLED, State.DEAD)
_OVER = (Stage.FIRED, Stage.CANCELLED, Stage.SKIPPED, Stage.DONE)


@dataclass(frozen=True)
class Terms:
    """How long each kind is kept after it ended: a case or meeting closed, a line of the audit written, and so on."""

    cases: timedelta = timedelta(days=90)
    meetings: timedelta = timedelta(days=90)
    audit: timedelta = timedelta(days=730)
    questions: timedelta = timedelta(days=365)
    posts: timedelta = timedelta(days=30)


def purge(database: Database, now: datetime, terms: Terms, dry: bool = False) -> dict[str, int]:
    """Erase what had its time, or with `dry` only count it; how many rows by kind."""
    with database.write() as session:
        counts = {kind: _count(session, table, when) for kind, table, when in _overdue(now, terms)}
        if dry:
            return counts
        for ref in session.execute(select(col(CaseRow.ref)).where(_closed(now - terms.cases))).scalars().all():
            erase_case(session, ref, now, with_audit=False)
        for _, table, when in _overdue(now, terms):
            session.execute(delete(table).where(when))
    database.write_anew()
    return counts


def _closed(before: datetime) -> ColumnElement[bool]:
    return (col(CaseRow.state) == CaseState.CLOSED.value) & (col(CaseRow.closed) < before)


def _overdue(now: datetime, terms: Terms) -> Iterator[tuple[str, type[SQLModel], ColumnElement[bool]]]:
    """What had its time: (kind, table, which rows)."""
    over = select(col(MeetingRow.ref)).where(
        col(MeetingRow.state) != MeetingState.PLANNED.value, col(MeetingRow.closed) < now - terms.meetings
    )
    yield "case", CaseRow, _closed(now - terms.cases)
    yield "action", ActionRow, col(ActionRow.ref).in_(over)
    yield "meeting", MeetingRow, col(MeetingRow.ref).in_(over)
    yield "case_audit", AuditRow, col(AuditRow.at) < now - terms.audit
    yield "meeting_audit", MeetingAuditRow, col(MeetingAuditRow.at) < now - terms.audit
    yield "privacy_audit", PrivacyAuditRow, col(PrivacyAuditRow.at) < now - terms.audit
    yield "question", OpenQuestionRow, col(OpenQuestionRow.at) < now - terms.questions
    yield "question_count", QuestionCountRow, col(QuestionCountRow.day) < (now - terms.audit).date()
    yield "conversation", ConversationRow, col(ConversationRow.at) < now - CONVERSATION_LASTS
    yield "talk", TalkRow, col(TalkRow.at) < now - terms.posts
    yield "post", OutboxRow, _old_post(now - terms.posts)
    yield "lane", LaneRow, col(LaneRow.open_at) < now - terms.posts
    yield "reminder", ReminderRow, col(ReminderRow.state).in_(_OVER) & (col(ReminderRow.due_at) < now - terms.meetings)
    yield "event_key", InboxKeyRow, col(InboxKeyRow.at) < now - KEYS_LAST


def _old_post(before: datetime) -> ColumnElement[bool]:
    """Posts that ended long ago; where one about a case stands is known for as long as that case is kept."""
    of_a_case = exists().where(
        col(OutboxRow.about).contains(literal(" ").concat(col(CaseRow.ref)).concat(" "))
    ).correlate(OutboxRow)  # fmt: skip
    ended = or_(col(OutboxRow.state).in_(_ENDED), col(OutboxRow.kind).in_(ERASING))
    return and_(ended, col(OutboxRow.planned_for) < before, ~of_a_case)


def _count(session: Session, table: type[SQLModel], which: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(which)).scalar_one())
