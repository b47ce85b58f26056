"""What came in from the platforms: kept before the platform is told so, once however often it is delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.counting import Counts
from bot.messages import Incoming
from bot.storage.database import Database
from bot.storage.dialect import hold, insert_new, locked, put
from bot.storage.moments import Moment
from bot.storage.parcels import pack_incoming, unpack_incoming
from bot.vault import Vault

KEYS_LAST = timedelta(days=14)
"""How long an event is known again; no platform delivers one anew after that."""


class InboxRow(SQLModel, table=True):
    """An event that is not answered yet, encrypted; the row goes when it is. `lane`: the person it is of."""

    __tablename__ = "inbox"
    # A number that was given twice would give a new answer the key of an old one.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    lane: str = Field(index=True)
    event: str
    at: datetime = Field(sa_type=Moment)


class InboxKeyRow(SQLModel, table=True):
    """A name under which an event came in."""

    __tablename__ = "inbox_key"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)


class CursorRow(SQLModel, table=True):
    """How far a platform's stream was taken in."""

    __tablename__ = "cursor"

    platform: str = Field(primary_key=True)
    place: str


@dataclass(frozen=True)
class Arrived:
    """An event with the names it can come under; one that is known makes it a known event."""

    keys: Sequence[str]
    incoming: Incoming


@dataclass(frozen=True)
class Waiting:
    """An event that is to be answered."""

    id: int
    incoming: Incoming


class Inbox:
    """The events in the database."""

    def __init__(self, database: Database, vault: Vault, counts: Counts | None = None) -> None:
        self._database, self._vault, self._counts = database, vault, counts or Counts()

    def keep(self, events: Sequence[Arrived], cursor: str = "", platform: str = "") -> int:
        """Keep what is new, and with `cursor` how far `platform` was taken in, in one transaction; returns how many."""
        with self._database.write(urgent=True) as session:
            # Held until it is kept: so the numbers of one lane follow the order in which its events are there to take.
            hold(session, [f"lane {_lane(event.incoming)}" for event in events])
            new = [event for event in events if self._is_new(session, event)]
            session.add_all(self._row(event.incoming) for event in new)
            if cursor:
                put(session, CursorRow(platform=platform, place=cursor))
        for event in new:
            self._counts.add("events", event.incoming.person.platform)
        return len(new)

    def cursor(self, platform: str) -> str:
        """How far a platform was taken in; empty at the very first start."""
        with self._database.read() as session:
            row = session.get(CursorRow, platform)
            return row.place if row else ""

    def take(self) -> Waiting | None:
        """The oldest event that waits for no earlier one of its lane, taken out; only for good when the unit ends.

        Until then it stands in the way of the rest of its lane: of one person no two messages are ever under way.
        """
        earlier = aliased(InboxRow)
        blocked = exists().where(col(earlier.lane) == col(InboxRow.lane), col(earlier.id) < col(InboxRow.id))
        query = select(InboxRow).where(~blocked).order_by(col(InboxRow.id)).limit(1)
        with self._database.write() as session:
            row = session.execute(locked(session, query, InboxRow)).scalars().first()
            if row is None:
                return None
            taken = Waiting(row.id or 0, unpack_incoming(self._vault.unlock(row.event)))
            session.delete(row)
            return taken

    def forget(self) -> int:
        """After an old backup was put back: let go of what waits and of the places in the streams; how many events.

        Nearly all of it was answered after the backup was made, and would be answered again.
        """
        with self._database.write() as session:
            session.execute(delete(CursorRow))
            return int(session.execute(delete(InboxRow)).rowcount)  # type: ignore[attr-defined]

    def count(self) -> int:
        """How many events wait."""
        with self._database.read() as session:
            return session.exec(select(func.count()).select_from(InboxRow)).one()

    def oldest(self) -> datetime | None:
        """When the oldest event that waits came in."""
        with self._database.read() as session:
            return session.exec(select(func.min(InboxRow.at))).one()

    def _is_new(self, session: Session, event: Arrived) -> bool:
        rows = [{"key": key, "at": event.incoming.at} for key in sorted(set(event.keys))]
        return insert_new(session, InboxKeyRow, rows) == len(rows)

    def _row(self, incoming: Incoming) -> InboxRow:
        return InboxRow(lane=_lane(incoming), event=self._vault.lock(pack_incoming(incoming)), at=incoming.at)


def _lane(incoming: Incoming) -> str:
    return incoming.person.key
