"""What is remembered of a person: school and side; and of a conversation: what was just asked, encrypted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, delete

from bot.storage.database import Database
from bot.storage.dialect import put
from bot.storage.moments import Moment
from bot.vault import Vault

CONVERSATION_LASTS = timedelta(hours=12)
"""After this a new question stands alone; the old one is erased."""


class PersonRow(SQLModel, table=True):
    """A person by platform and id."""

    __tablename__ = "person"

    key: str = Field(primary_key=True)
    school: str = ""
    side: str = ""


class ConversationRow(SQLModel, table=True):
    """The last turn in one conversation and who asked; the question is encrypted, `noted` its open question."""

    __tablename__ = "conversation"

    key: str = Field(primary_key=True)
    person: str = ""
    noted: int = 0
    question: str = ""
    provisions: str = ""
    pending: str = ""
    at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True)
class Profile:
    """Somebody's school and side, empty when not known."""

    school: str = ""
    side: str = ""


@dataclass(frozen=True)
class Turn:
    """The last turn: the question, the provisions shown, and what was asked back (empty when nothing).

    `person` is who asked; `noted` the number of the open question that it made, 0 when it made none.
    """

    question: str = ""
    provisions: tuple[str, ...] = ()
    pending: str = ""
    person: str = ""
    noted: int = 0


class People:
    """Persons and conversations in the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def profile(self, person: str) -> Profile:
        """What is known of a person."""
        with self._database.read() as session:
            row = session.get(PersonRow, person)
        return Profile(row.school, row.side) if row else Profile()

    def remember(self, person: str, profile: Profile) -> None:
        """Keep a person's school and side."""
        with self._database.write() as session:
            put(session, PersonRow(key=person, school=profile.school, side=profile.side))

    def last_turn(self, conversation: str, now: datetime) -> Turn:
        """The last turn of a conversation, empty when there is none or it is old."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation)
        if row is None or now - row.at > CONVERSATION_LASTS:
            return Turn()
        provisions = tuple(filter(None, row.provisions.split()))
        return Turn(self._vault.unlock(row.question), provisions, row.pending, row.person, row.noted)

    def keep_turn(self, conversation: str, turn: Turn, now: datetime) -> None:
        """Keep the last turn of a conversation."""
        row = ConversationRow(
            key=conversation,
            person=turn.person,
            noted=turn.noted,
            question=self._vault.lock(turn.question),
            provisions=" ".join(turn.provisions),
            pending=turn.pending,
            at=now,
        )
        with self._database.write() as session:
            put(session, row)

    def forget_turn(self, conversation: str) -> None:
        """Erase the last turn of a conversation: what was asked is taken back."""
        with self._database.write() as session:
            session.exec(delete(ConversationRow).where(col(ConversationRow.key) == conversation))
