"""What only one process at a time may run, such as a device on Matrix: held for a while, renewed, or taken over.

The database's clock decides. Every holder has a number of its own (the fence): whoever comes after a holder that was
thought dead has a higher one, and the old one can tell that it is no longer the holder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel

from bot.storage.database import Database
from bot.storage.dialect import clock, insert_new
from bot.storage.moments import Moment

_NEVER = "0001-01-02T00:00:00+00:00"  # a moment long past: a row that nobody has held yet


class LeaseRow(SQLModel, table=True):
    """Who runs what, until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = Field(sa_type=Moment)
    fence: int


@dataclass(frozen=True)
class Holder:
    """Who has a lease, and until when by the database's clock."""

    owner: str
    until: datetime
    is_over: bool


class Leases:
    """The leases in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, name: str, owner: str, now: datetime, length: timedelta, is_dead: Callable[[str], bool] = lambda _: False
    ) -> int:
        """Take a lease that is free or over, or whose owner is dead; returns the fence, 0 when another has it."""
        with self._database.write() as session:
            row, moment = self._row(session, name), clock(session, now)
            if row.until > moment and not is_dead(row.owner):
                return 0
            row.owner, row.until, row.fence = owner, moment + length, row.fence + 1
            return row.fence

    def renew(self, name: str, fence: int, now: datetime, length: timedelta) -> bool:
        """Hold a lease longer; False when it is another's by now."""
        with self._database.write() as session:
            row, moment = self._row(session, name), clock(session, now)
            if row.fence != fence:
                return False
            row.until = moment + length
            return True

    def end(self, name: str, fence: int, now: datetime) -> None:
        """Let go of a lease, so that the next need not wait for its end."""
        with self._database.write() as session:
            row, moment = self._row(session, name), clock(session, now)
            if row.fence == fence:
                row.until = moment

    def holder(self, name: str, now: datetime) -> Holder | None:
        """Who has a lease; None when nobody ever had it."""
        with self._database.read() as session:
            row = session.get(LeaseRow, name)
            return Holder(row.owner, row.until, row.until <= clock(session, now)) if row and row.fence else None

    @staticmethod
    def _row(session: Session, name: str) -> LeaseRow:
        free = {"name": name, "owner": "", "until": datetime.fromisoformat(_NEVER), "fence": 0}
        insert_new(session, LeaseRow, [free])
        return session.get_one(LeaseRow, name, with_for_update=True)
