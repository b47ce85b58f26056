"""Cases in the database. Every change is one transaction, guarded by the case's version and noted in the audit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, SQLModel, col, delete, func, select, update

from bot.crash import point
from bot.storage.case_rows import (
    TALK,
    AnswerRow,
    AuditRow,
    CaseRow,
    ConsentRow,
    CounterRow,
    FollowUpRow,
    SeatRow,
    answer_row,
    case_columns,
    consent_row,
    follow_up_row,
    numbered,
    to_case,
    to_consent,
)
from bot.storage.database import Database
from bot.storage.dialect import count_up, put
from bot.storage.erasing import erase_case
from bot.vault import Vault
from workflows.case import Case, CaseState, FollowUp, reference
from workflows.consent import Consent, State
from workflows.run import Answer

_WITHDRAWN = State.WITHDRAWN.value


class RacedError(Exception):
    """The case was changed by another message meanwhile; read it again."""


@dataclass(frozen=True)
class Noted:
    """One line of the audit."""

    ref: str
    at: datetime
    who: str
    kind: str
    step: str = ""


class Cases:
    """Cases of professionals. A case is found only by its owner."""

    def __init__(
        self, database: Database, vault: Vault, bury: Callable[[str, datetime], None] = lambda *_: None
    ) -> None:
        """`bury` is told of a case that was erased, so that no backup brings it back."""
        self._database = database
        self._vault = vault
        self._bury = bury

    def begin(self, case: Case, conversation: str) -> Case:
        """Keep a new case under the next reference of its year, and seat its owner there."""
        with self._database.write() as session:
            year = case.started.year
            made = replace(case, ref=reference(year, count_up(session, CounterRow, year=year)), version=1)
            session.add(CaseRow(ref=made.ref, version=1, **case_columns(made)))
            self._sit(session, made.owner, made.ref, conversation)
            _note(session, Noted(made.ref, made.started, made.owner, "begin"))
            session.flush()
            point("case.before-commit")
        point("case.after-commit")
        return made

    def save(self, case: Case, consents: Iterable[Consent], noted: Noted) -> Case:
        """Keep a changed case whole. Raises RacedError when another message changed it first."""
        with self._database.write() as session:
            fresh = replace(case, version=case.version + 1, changed=noted.at)
            guard = update(CaseRow).where(col(CaseRow.ref) == case.ref, col(CaseRow.version) == case.version)
            if session.exec(guard.values(version=fresh.version, **case_columns(fresh))).rowcount != 1:
                raise RacedError(case.ref)
            self._sync(session, fresh, consents)
            _note(session, noted)
            session.flush()
            point("case.before-commit")
        point("case.after-commit")
        return fresh

    def find(self, ref: str, owner: str) -> Case | None:
        """The case of this reference, when it is this owner's."""
        with self._database.read() as session:
            row = session.get(CaseRow, ref)
            return self._case(session, row) if row and row.owner == owner else None

    def seated(self, person: str, conversation: str) -> Case | None:
        """The case somebody is talking about in this conversation."""
        with self._database.read() as session:
            seat = session.get(SeatRow, person)
            row = session.get(CaseRow, seat.ref) if seat and seat.conversation == conversation else None
            return self._case(session, row) if row and row.owner == person else None

    def listed(self, owner: str, most: int = 50) -> list[Case]:
        """The cases of an owner, those not closed first, the newest first."""
        with self._database.read() as session:
            closed = col(CaseRow.state) == CaseState.CLOSED.value
            query = select(CaseRow).where(CaseRow.owner == owner).order_by(closed, col(CaseRow.changed).desc())
            return [self._case(session, row) for row in session.exec(query.limit(most))]

    def stamp(self, owner: str) -> tuple[int, str]:
        """Another value after every change of an owner's cases: how many there are, and when the last one changed."""
        query = select(func.count(), func.max(CaseRow.changed)).where(CaseRow.owner == owner)
        with self._database.read() as session:
            count, last = session.exec(query).one()
            return count, str(last)

    def consents(self, ref: str, owner: str) -> list[Consent]:
        """Every consent on record for a case, withdrawn ones too; empty when it is not this owner's case."""
        with self._database.read() as session:
            row = session.get(CaseRow, ref)
            if row is None or row.owner != owner:
                return []
            found = session.exec(select(ConsentRow).where(ConsentRow.ref == ref).order_by(col(ConsentRow.recorded_at)))
            return [to_consent(self._vault, consent) for consent in found]

    def sit(self, person: str, ref: str, conversation: str) -> None:
        """Seat somebody at a case."""
        with self._database.write() as session:
            self._sit(session, person, ref, conversation)

    def leave(self, person: str) -> None:
        """Let somebody get up from the case they were talking about."""
        with self._database.write() as session:
            session.exec(delete(SeatRow).where(col(SeatRow.person) == person))

    def note(self, noted: Noted) -> None:
        """Note that a case was read."""
        with self._database.write() as session:
            _note(session, noted)

    def hand_over(self, ref: str, to: str, noted: Noted) -> bool:
        """Give a case to another owner; False when there is no such case. Whoever sat at it gets up."""
        with self._database.write() as session:
            row = session.get(CaseRow, ref, with_for_update=True)
            if row is None:
                return False
            row.owner, row.version, row.shown = to, row.version + 1, ""
            row.state = CaseState.PAUSED.value if row.state == CaseState.RUNNING.value else row.state
            row.talk = row.about = row.talk_again = ""
            session.add(row)
            session.exec(delete(AnswerRow).where(col(AnswerRow.ref) == ref, col(AnswerRow.walk) == TALK))
            session.exec(delete(SeatRow).where(col(SeatRow.ref) == ref))
            _note(session, noted)
            session.flush()
            point("case.before-commit")
        point("case.after-commit")
        return True

    def erase(self, case: Case, noted: Noted) -> None:
        """Erase a case with all that hangs on it; the audit says that it was done. Raises RacedError as save does."""
        with self._database.write() as session:
            gone = delete(CaseRow).where(col(CaseRow.ref) == case.ref, col(CaseRow.version) == case.version)
            if session.exec(gone).rowcount != 1:
                raise RacedError(case.ref)
            erase_case(session, case.ref, noted.at, with_audit=False)
            _note(session, noted)
            session.flush()
            point("case.before-commit")
        self._bury(case.ref, noted.at)
        self._database.scrub()
        point("case.after-commit")

    def due(self, until: date) -> list[tuple[str, str, str, date]]:
        """What is to be reminded of up to a day: (reference, owner, kind, due), oldest first."""
        with self._database.read() as session:
            query = (
                select(FollowUpRow, CaseRow)
                .where(FollowUpRow.ref == CaseRow.ref, col(FollowUpRow.done).is_(False), FollowUpRow.due <= until)
                .order_by(col(FollowUpRow.due), col(FollowUpRow.ref))
            )
            return [(row.ref, case.owner, row.kind, row.due) for row, case in session.exec(query)]

    def follow_ups(self, ref: str) -> tuple[str, list[FollowUp]]:
        """The owner of a case and what is to be reminded of; empty when it is gone."""
        with self._database.read() as session:
            case = session.get(CaseRow, ref)
            rows = session.exec(select(FollowUpRow).where(FollowUpRow.ref == ref))
            return case.owner if case else "", [FollowUp(row.kind, row.due, row.done) for row in rows if case]

    def settle(self, ref: str, done: FollowUp, noted: Noted) -> None:
        """What was to be reminded of is done. A change of the case that was under way meanwhile is done again."""
        with self._database.write() as session:
            session.exec(update(CaseRow).where(col(CaseRow.ref) == ref).values(version=CaseRow.version + 1))
            session.exec(
                update(FollowUpRow)
                .where(
                    col(FollowUpRow.ref) == ref, col(FollowUpRow.kind) == done.kind, col(FollowUpRow.due) == done.due
                )
                .values(done=True)
            )
            _note(session, noted)

    def audit(self, ref: str) -> list[Noted]:
        """The audit of a case, oldest first."""
        with self._database.read() as session:
            rows = session.exec(select(AuditRow).where(AuditRow.ref == ref).order_by(col(AuditRow.id)))
            return [Noted(row.ref, row.at, row.who, row.kind, row.step) for row in rows]

    def count(self) -> int:
        """How many cases there are."""
        with self._database.read() as session:
            return session.exec(select(func.count()).select_from(CaseRow)).one()

    def _case(self, session: Session, row: CaseRow) -> Case:
        return to_case(
            self._vault, row,
            session.exec(select(AnswerRow).where(AnswerRow.ref == row.ref)),
            session.exec(select(ConsentRow).where(ConsentRow.ref == row.ref, ConsentRow.state == _WITHDRAWN)),
            session.exec(select(FollowUpRow).where(FollowUpRow.ref == row.ref).order_by(col(FollowUpRow.due))),
        )  # fmt: skip

    def _sync(self, session: Session, case: Case, consents: Iterable[Consent]) -> None:
        """Bring the rows of a case in line with the value; rows that stay the same are not written again."""
        old = {(r.walk, r.step): r for r in session.exec(select(AnswerRow).where(AnswerRow.ref == case.ref))}
        for key, place, a in numbered(case):
            row = old.pop(key, None)
            if row is None or not self._is_same(row, place, a):
                _put(session, row, answer_row(self._vault, case.ref, key[0], place, a))
        for row in old.values():
            session.delete(row)
        self._sync_consents(session, case, consents)
        self._sync_follow_ups(session, case)

    def _sync_consents(self, session: Session, case: Case, consents: Iterable[Consent]) -> None:
        query = select(ConsentRow).where(ConsentRow.ref == case.ref)
        old = {(r.who, r.purpose, r.recorded_at): r for r in session.exec(query)}
        wanted = {(c.who, c.purpose, c.recorded_at): c for c in (*consents, *case.withdrawn)}
        for key, consent in wanted.items():
            row = old.pop(key, None)
            if row is None or to_consent(self._vault, row) != consent:
                _put(session, row, consent_row(self._vault, case.ref, consent))
        for row in old.values():
            session.delete(row)

    def _sync_follow_ups(self, session: Session, case: Case) -> None:
        query = select(FollowUpRow).where(FollowUpRow.ref == case.ref)
        old = {(r.kind, r.due): r for r in session.exec(query)}
        for item in case.follow_ups:
            _put(session, old.pop((item.kind, item.due), None), follow_up_row(case.ref, item))
        for row in old.values():
            session.delete(row)

    def _is_same(self, row: AnswerRow, place: int, answer: Answer) -> bool:
        # A value is locked anew each time, so it is compared unlocked.
        same = (row.at, row.seen, row.place, row.by) == (answer.at, answer.seen, place, answer.by)
        return same and self._vault.unlock(row.value) == answer.value

    @staticmethod
    def _sit(session: Session, person: str, ref: str, conversation: str) -> None:
        put(session, SeatRow(person=person, ref=ref, conversation=conversation))


def _put(session: Session, old: SQLModel | None, new: SQLModel) -> None:
    """Write a row: over the one that is there, or new."""
    if old is None:
        session.add(new)
        return
    for column, value in new.model_dump().items():
        setattr(old, column, value)


def _note(session: Session, noted: Noted) -> None:
    session.add(AuditRow(ref=noted.ref, at=noted.at, who=noted.who, kind=noted.kind, step=noted.step))
