"""A count in the database and beside it: when the one beside is ahead, an old backup of the database was put back."""

from pathlib import Path

from sqlmodel import Field, SQLModel

from bot.storage.database import Database
from bot.storage.dialect import insert_new
from knowledge.whole_file import write_whole

FILE = "outbox.beat"

_BEYOND = 1_000_000  # months of ticks: other machines have a count beside theirs, higher than ours


class HeartbeatRow(SQLModel, table=True):
    """One row: how often the clock ticked, and whether `wegwijzer db restore` was run."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    beat: int = 0
    restored: bool = False


class Heartbeat:
    """The count of ticks. The database is written first: without a restore the file can be behind, never ahead."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database, self._file = database, home / FILE

    def beat(self) -> None:
        """Count one tick."""
        write_whole(self._file, str(self._count(0, None)))

    def restored(self) -> bool:
        """Whether an old backup was put back since the last tick that was counted."""
        with self._database.read() as session:
            row = session.get(HeartbeatRow, 1)
        return (row is not None and row.restored) or self._beside() > (row.beat if row else 0)

    def mark_restored(self) -> None:
        """Say that a backup was put back; for `wegwijzer db restore`, on the database that was put back."""
        self._count(0, True)

    def settle(self) -> None:
        """The restore has been dealt with: count on from far beyond what any process can have counted before it."""
        write_whole(self._file, str(self._count(self._beside() + _BEYOND, False)))

    def _count(self, at_least: int, restored: bool | None) -> int:
        with self._database.write() as session:
            insert_new(session, HeartbeatRow, [{"id": 1, "beat": 0, "restored": False}])
            row = session.get_one(HeartbeatRow, 1, with_for_update=True)
            row.beat = max(row.beat, at_least) + 1
            row.restored = row.restored if restored is None else restored
            return row.beat

    def _beside(self) -> int:
        try:
            return int(self._file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0
