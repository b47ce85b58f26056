"""Where somebody is named: every table that holds a person, and what forgetting that person does to it.

A test holds the list against the tables that there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_
from sqlmodel import Field, SQLModel

from bot.storage.case_rows import AnswerRow, AuditRow, CaseRow, ConsentRow, SeatRow
from bot.storage.erasing import to_person
from bot.storage.letters import LaneRow, OutboxRow
from bot.storage.meeting_rows import ActionRow, MeetingAuditRow, MeetingRow, TalkRow
from bot.storage.moments import Moment
from bot.storage.people import ConversationRow, PersonRow
from bot.storage.reminder_store import ReminderRow

FORGOTTEN = "vergeten"
"""What stands where a person was named in a line that has to stay, such as an audit."""


class PrivacyAuditRow(SQLModel, table=True):
    """Who looked at what is kept of whom, or had it erased; who was erased is not named."""

    __tablename__ = "privacy_audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    who: str
    kind: str
    about: str


class What(StrEnum):
    """What is done to a row of somebody who is forgotten; TAKE_BACK: what was said in a chat is taken away there."""

    ERASE = "erase"
    BLANK = "blank"
    TAKE_BACK = "take_back"


@dataclass(frozen=True)
class Holding:
    """A table that names a person: in which columns, which are encrypted, and what forgetting does.

    `blank`: what to empty with each column that names the person (their name beside their key).
    """

    table: type[SQLModel]
    people: tuple[str, ...]
    what: What
    locked: tuple[str, ...] = ()
    blank: Mapping[str, str] = part(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.table.__tablename__)

    def names(self, person: str) -> ColumnElement[bool]:
        """Which rows name somebody."""
        if self.what is What.TAKE_BACK:
            return to_person(person)
        return or_(*(getattr(self.table, column) == person for column in self.people))


HOLDINGS = (
    Holding(OutboxRow, ("dest", "about", "private_to"), What.TAKE_BACK, ("text",)),
    Holding(PersonRow, ("key",), What.ERASE),
    Holding(ConversationRow, ("key", "person"), What.ERASE, ("question",)),
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
    Holding(PrivacyAuditRow, ("who", "about"), What.BLANK),
    Holding(CaseRow, ("owner",), What.ERASE),
    Holding(CaseRow, ("about",), What.BLANK, blank={"about": "talk"}),
)  # fmt: skip
"""A case whose new owner is forgotten while it is being handed over goes back to its checklist."""
