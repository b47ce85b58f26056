"""The database: SQLite in a file by default, or PostgreSQL. Reads see one moment; a write is durable when done."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel

from bot.storage import dialect, engines
from bot.storage.engines import open_engine, place_of, read_address
from bot.storage.trouble import CollisionError, StorageError, explained
from bot.storage.turns import Turn

__all__ = ["HEAD", "CollisionError", "Database", "StorageError"]

# Names for every constraint from day one: SQLite cannot drop what has no name (Alembic, batch mode).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_log = logging.getLogger(__name__)

HEAD = "0007"
"""The newest migration; a test holds it against the migrations folder."""


@dataclass
class _Unit:
    """A transaction that several writes share; whether one of them erased something, or was in the way of others."""

    session: Session
    erased: bool = False
    collision: CollisionError | None = None


class Database:
    """An open database. `write()` and `read()` give a session; a write commits when its block ends without error.

    `alone`: no other process has it open, nor will.
    """

    def __init__(self, address: str, alone: bool = False) -> None:
        self._unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)
        self.url = read_address(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.place = place_of(self.url)
        self.engine = open_engine(self.url)
        self._turn = Turn(None if alone else engines.file_of(self.url), engines.WAIT_SECONDS)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Everything read and written inside is one transaction: all of it is kept, or nothing.

        Raises CollisionError, whatever became of it inside, when other work was in the way: do the whole again.
        """
        with self.write() as session:
            unit = _Unit(session)
            mark = self._unit.set(unit)
            try:
                yield
            finally:
                self._unit.reset(mark)
            if unit.collision:
                raise unit.collision
        # PostgreSQL locks whole tables for it: there it waits for the housekeeping.
        if unit.erased and self.is_sqlite:
            self.scrub()

    @contextmanager
    def write(self, urgent: bool = False) -> Iterator[Session]:
        """A session that writes. On SQLite it is the only one; on PostgreSQL a row that was locked stays as it is.

        `urgent`: somebody counts the seconds until it is kept; it goes before what is not.
        """
        if (unit := self._unit.get()) is not None:
            with self._part(unit):
                yield unit.session
            return
        with (
            explained(self.place),
            self._turn.take(urgent) if self.is_sqlite else nullcontext(),
            self.engine.connect().execution_options(write=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Inside a unit: what fails in here leaves nothing behind, though the unit goes on. Outside one: as without."""
        if (unit := self._unit.get()) is None:
            yield
            return
        with self._part(unit):
            yield

    @contextmanager
    def _part(self, unit: _Unit) -> Iterator[None]:
        """A part of a unit. A savepoint: what fails here is undone here, as it would be outside a unit."""
        try:
            with explained(self.place), unit.session.begin_nested():
                yield
        except CollisionError as error:
            unit.collision = error
            raise
        unit.session.expunge_all()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, at one moment; inside a unit it sees what the unit wrote."""
        if (unit := self._unit.get()) is not None:
            with explained(self.place):
                yield unit.session
            unit.session.expunge_all()
            return
        with (
            explained(self.place),
            self.engine.connect().execution_options(**dialect.one_moment(self.engine)) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    def upgrade(self) -> None:
        """Bring the tables up to date. Raises StorageError when they are newer than this program."""
        with explained(self.place):
            version = self.version()
            if version == HEAD:
                return
            if version is not None and version > HEAD:
                raise StorageError(
                    f"De database is van een nieuwere versie ({version}) dan dit programma ({HEAD}). "
                    "Werk Wegwijzer bij, of zet een oudere back-up terug."
                )
            from bot.migrations.runner import run  # Alembic takes half a second; only when there is something to do

            run(self.engine)

    def version(self) -> str | None:
        """The migration the tables are at, or None when there are none."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def damage(self) -> str:
        """What SQLite finds wrong with its file; empty when nothing, or when a server looks after its own."""
        if not self.is_sqlite:
            return ""
        with explained(self.place), self.engine.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if found == "ok" else found.splitlines()[0]

    def scrub(self) -> None:
        """After erasing: nothing of it stays where it was; of what a unit erased, when the unit has ended.

        What was erased is gone by then: where its traces cannot be (a full disk), the night's housekeeping does it.
        """
        if (unit := self._unit.get()) is not None:
            unit.erased = True  # not before what was erased is committed
            return
        try:
            self.write_anew()
        except StorageError as error:
            _log.warning("traces of what was erased stay in the file until tonight: %s", error)

    def write_anew(self) -> None:
        """Leave nothing of what was erased in the files. Raises StorageError."""
        with explained(self.place), self._turn.take() if self.is_sqlite else nullcontext():
            dialect.scrub(self.engine)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
        self._turn.close()
