"""What is kept of a person or a case, wherever it stands: shown, with a line about who looked, or erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, SQLModel, col

from bot.graves import Graves
from bot.storage.case_rows import AnswerRow, AuditRow, CaseRow, ConsentRow
from bot.storage.database import Database
from bot.storage.erasing import OF_A_CASE, erase_case, gone, named, sweep, take_back, to_person
from bot.storage.holdings import FORGOTTEN, HOLDINGS, Holding, PrivacyAuditRow, What
from bot.storage.inbox import InboxKeyRow, InboxRow
from bot.storage.letters import OutboxRow
from bot.vault import Vault

_LOCKED = {AnswerRow: ("value",), ConsentRow: ("limits",), OutboxRow: ("text",)}

Kept = dict[str, list[dict[str, Any]]]
"""Rows by table, readable."""


class Records:
    """Everything kept of a person or a case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def of_person(self, person: str) -> Kept:
        """Every row that names a person ("slack:U1"), by table, readable; their cases with all that hangs on them."""
        found: Kept = {}
        with self._database.read() as session:
            for holding in HOLDINGS:
                named_here = session.execute(select(holding.table).where(holding.names(person))).scalars()
                _add(found, holding.name, [self._shown(row, holding.locked) for row in named_here])
            for ref in [row["ref"] for row in found.get("case_file", ()) if row["owner"] == person]:
                for name, rows in self._case(session, ref).items():
                    _add(found, name, rows)
        return found

    def of_case(self, ref: str) -> Kept:
        """Every row of a case, by table, readable; empty when there is no such case."""
        with self._database.read() as session:
            return self._case(session, ref)

    def note(self, who: str, kind: str, about: str, now: datetime) -> None:
        """Write down that `who` looked at what is kept of a person or a case, or had it erased."""
        with self._database.write() as session:
            session.add(PrivacyAuditRow(at=now, who=who, kind=kind, about=about))
            if session.get(CaseRow, about):
                session.add(AuditRow(ref=about, at=now, who=who, kind=kind, step=""))

    def forget_person(self, person: str, now: datetime) -> int:
        """Erase what is somebody's own, and take their name out of the rest; returns how many rows."""
        count = self._erase_person(person, now)
        self._database.scrub()
        return count

    def _erase_person(self, person: str, now: datetime) -> int:
        with self._database.write() as session:
            # First: this waits for a message of theirs that is being answered now, and for what that keeps.
            count = gone(session, InboxRow, col(InboxRow.lane) == person)
            refs = session.execute(select(col(CaseRow.ref)).where(col(CaseRow.owner) == person)).scalars().all()
            count += sum(erase_case(session, ref, now) for ref in refs)
            count += sum(_forget(session, holding, person, now) for holding in HOLDINGS)
            if id := person.partition(":")[2]:
                count += gone(session, InboxKeyRow, col(InboxKeyRow.key).contains(f"/{id}/", autoescape=True))
            sweep(session, person, now)
        return count

    def forget_case(self, ref: str, now: datetime) -> int:
        """Erase a case with all that hangs on it, its audit and its reminders; returns how many rows."""
        with self._database.write() as session:
            count = erase_case(session, ref, now)
        self._database.scrub()
        return count

    def forget_again(self, graves: Graves, now: datetime) -> int:
        """After an old backup was put back: erase what had been erased; returns how many cases and persons."""
        with self._database.read() as session:
            refs = [str(ref) for ref in session.execute(select(col(CaseRow.ref))).scalars()]
            people = _people(session)
        gone_cases, gone_people = graves.among(refs), graves.among(sorted(people))
        for ref in gone_cases:
            with self._database.write() as session:
                erase_case(session, ref, now)
        for person in gone_people:
            self._erase_person(person, now)
        if gone_cases or gone_people:
            self._database.scrub()
        return len(gone_cases) + len(gone_people)

    def _case(self, session: Session, ref: str) -> Kept:
        case = session.get(CaseRow, ref)
        if case is None:
            return {}
        found: Kept = {"case_file": [self._shown(case, ())]}
        for table in OF_A_CASE:
            rows = session.execute(select(table).where(table.ref == ref)).scalars()  # type: ignore[attr-defined]
            _add(found, str(table.__tablename__), [self._shown(row, _LOCKED.get(table, ())) for row in rows])
        posts = session.execute(select(OutboxRow).where(named(ref))).scalars()
        _add(found, "outbox", [self._shown(row, _LOCKED[OutboxRow]) for row in posts])
        return found

    def _shown(self, row: SQLModel, locked: Sequence[str]) -> dict[str, Any]:
        dumped = row.model_dump(mode="json")
        values = {name: dumped[name] for name in type(row).model_fields}  # a row that was read has them in any order
        return values | {name: self._vault.unlock(values[name]) for name in locked}


def _people(session: Session) -> set[str]:
    """Everybody who is named anywhere, by key."""
    found: set[str] = set()
    for holding in HOLDINGS:
        for column in holding.people:
            values = session.execute(select(getattr(holding.table, column)).distinct()).scalars()
            found.update(name for value in values for name in str(value).split())
    return {name for name in found if ":" in name}


def _add(found: Kept, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows that are not there yet; a table of which there are none is not named."""
    if rows:
        there = found.setdefault(name, [])
        there.extend(row for row in rows if row not in there)


def _forget(session: Session, holding: Holding, person: str, now: datetime) -> int:
    if holding.what is What.TAKE_BACK:
        return take_back(session, to_person(person), now)
    if holding.what is What.ERASE:
        return gone(session, holding.table, holding.names(person))
    count = 0
    for column in holding.people:
        values = {column: FORGOTTEN, **({holding.blank[column]: ""} if column in holding.blank else {})}
        there = update(holding.table).where(getattr(holding.table, column) == person).values(values)
        count += session.execute(there).rowcount  # type: ignore[attr-defined]
    return count
