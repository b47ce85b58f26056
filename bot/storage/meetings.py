"""Meetings in the database. Every change is one transaction that reads, changes, keeps, and is noted in the audit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, delete, func, or_, select

from bot.crash import point
from bot.storage.database import Database
from bot.storage.dialect import count_up, put
from bot.storage.meeting_rows import (
    ActionRow,
    MeetingAuditRow,
    MeetingCounterRow,
    MeetingRow,
    Talk,
    TalkRow,
    action_row,
    meeting_row,
    talk_row,
    to_meeting,
    to_talk,
)
from bot.vault import Vault
from workflows.meeting import Meeting, MeetingError, MeetingState, carry_over, reference

Change = Callable[[Meeting], Meeting]


class Meetings:
    """The meetings of a team, and what people are being asked about them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def plan(self, meeting: Meeting, now: datetime) -> Meeting:
        """Keep a new meeting under the next reference of the year in which it was planned."""
        with self._database.write() as session:
            made = replace(meeting, ref=reference(now.year, count_up(session, MeetingCounterRow, year=now.year)))
            self._keep(session, made)
            self._note(session, made.ref, now, made.planner, "plan")
            self._forget(session, made.planner)
            session.flush()
            point("meeting.before-commit")
        return made

    def change(self, ref: str, change: Change, by: str, kind: str, now: datetime, ends_talk: bool = False) -> Meeting:
        """Apply a change to the meeting as it is now; what `change` raises passes. Raises MeetingError where none is.

        With `ends_talk` what the person was being asked goes in the same transaction, so that it is never done twice.
        """
        with self._database.write() as session:
            made = change(self._get(session, ref))
            self._keep(session, made)
            self._note(session, ref, now, by, kind)
            if ends_talk:
                self._forget(session, by)
            session.flush()
            point("meeting.before-commit")
        return made

    def carry_over(self, ref: str, number: int, to: str, by: str, now: datetime) -> tuple[Meeting, Meeting]:
        """Move an open action to another meeting, in one transaction."""
        with self._database.write() as session:
            found = {one: self._get(session, one) for one in sorted((ref, to))}
            here, there = carry_over(found[ref], number, found[to], by, now)
            for made in (here, there):
                self._keep(session, made)
                self._note(session, made.ref, now, by, "carry over")
        return here, there

    def find(self, ref: str) -> Meeting | None:
        """The meeting of this reference."""
        with self._database.read() as session:
            row = session.get(MeetingRow, ref)
            return self._whole(session, row) if row else None

    def listed(self, over_since: datetime | None = None) -> list[Meeting]:
        """The open meetings, the first to come in front; with a wall time also those over since."""
        wanted = col(MeetingRow.state) == MeetingState.PLANNED.value
        if over_since is not None:
            wanted = or_(wanted, col(MeetingRow.starts) >= over_since)
        with self._database.read() as session:
            rows = session.exec(select(MeetingRow).where(wanted).order_by(col(MeetingRow.starts)))
            return [self._whole(session, row) for row in rows]

    def stamp(self) -> int:
        """A number that grows with every change of any meeting."""
        with self._database.read() as session:
            return session.exec(select(func.max(MeetingAuditRow.id))).one() or 0

    def note(self, ref: str, by: str, kind: str, now: datetime) -> None:
        """Note that a meeting was read."""
        with self._database.write() as session:
            self._note(session, ref, now, by, kind)

    def ask(self, talk: Talk) -> None:
        """Keep what somebody is being asked; it takes the place of what they were asked before."""
        with self._database.write() as session:
            put(session, talk_row(self._vault, talk))

    def asked(self, person: str) -> Talk | None:
        """What somebody is being asked."""
        with self._database.read() as session:
            row = session.get(TalkRow, person)
        return to_talk(self._vault, row) if row else None

    def forget(self, person: str) -> None:
        """Somebody is asked nothing any more."""
        with self._database.write() as session:
            self._forget(session, person)

    @staticmethod
    def _forget(session: Session, person: str) -> None:
        session.exec(delete(TalkRow).where(col(TalkRow.person) == person))

    def _get(self, session: Session, ref: str) -> Meeting:
        row = session.get(MeetingRow, ref, with_for_update=True)
        if row is None:
            raise MeetingError(f"no meeting {ref}")
        return self._whole(session, row)

    def _whole(self, session: Session, row: MeetingRow) -> Meeting:
        actions = session.exec(select(ActionRow).where(ActionRow.ref == row.ref))
        return to_meeting(self._vault, row, actions)

    def _keep(self, session: Session, meeting: Meeting) -> None:
        session.merge(meeting_row(self._vault, meeting))
        for action in meeting.actions:
            session.merge(action_row(self._vault, meeting.ref, action))

    @staticmethod
    def _note(session: Session, ref: str, at: datetime, who: str, kind: str) -> None:
        session.add(MeetingAuditRow(ref=ref, at=at, who=who, kind=kind))
