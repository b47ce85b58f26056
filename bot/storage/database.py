"""The database: SQLite in a file by default. Reads see one moment; writes wait their turn and are durable when done."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session, SQLModel, create_engine

# Names for every constraint from day one: SQLite cannot drop what has no name (Alembic, batch mode).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

HEAD = "0006"
"""The newest migration; a test holds it against the migrations folder."""

_WAIT_SECONDS = 10


class StorageError(Exception):
    """The database cannot be used; the message says what to do, in Dutch."""


@dataclass
class _Unit:
    """A transaction that several writes share, and whether one of them erased something."""

    session: Session
    erased: bool = False


class Database:
    """An open database. `write()` and `read()` give a session; a write commits when its block ends without error."""

    def __init__(self, url: str) -> None:
        self._unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)
        # SQLite lets writers of one process poll for their turn; a lock hands it over at once.
        self._turn = threading.Lock()
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise StorageError(
                "WEGWIJZER_DATABASE_URL is geen adres van een database; schrijf bijvoorbeeld sqlite:////pad/bestand.db"
            ) from error
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"connect_args": {"timeout": _WAIT_SECONDS}} if self.is_sqlite else {}
        self.engine: Engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _configure)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Everything read and written inside is one transaction: all of it is kept, or nothing."""
        with self.write() as session:
            unit = _Unit(session)
            mark = self._unit.set(unit)
            try:
                yield
            finally:
                self._unit.reset(mark)
        if unit.erased:
            self.scrub()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the right to write from its first statement, so that what it reads stays true."""
        if (unit := self._unit.get()) is not None:
            # A savepoint: what fails here is undone here, as it would be outside a unit.
            with _explained(), unit.session.begin_nested():
                yield unit.session
            unit.session.expunge_all()
            return
        with (
            self._turn if self.is_sqlite else nullcontext(),
            _explained(),
            self.engine.connect().execution_options(write=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, at one moment."""
        if (unit := self._unit.get()) is not None:
            with _explained():
                yield unit.session
            unit.session.expunge_all()
            return
        with _explained(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def upgrade(self) -> None:
        """Bring the tables up to date. Raises StorageError when they are newer than this program."""
        with _explained():
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
        with _explained(), self.engine.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if found == "ok" else found.splitlines()[0]

    def scrub(self) -> None:
        """After erasing: nothing of it stays in the write-ahead log. Freed pages were overwritten (secure_delete)."""
        if (unit := self._unit.get()) is not None:
            unit.erased = True  # not before what was erased is committed
        elif self.is_sqlite:
            with _explained(), self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _configure(connection: Any, _: Any) -> None:
    # FULL: a step that was answered survives a power cut. secure_delete: what is erased leaves no trace in free pages.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageError(_explain(str(error.orig))) from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StorageError(
                "De database is beschadigd. Zet een back-up terug: wegwijzer db restore BESTAND"
            ) from error
        raise


def _explain(reason: str) -> str:
    if "full" in reason:
        return "De schijf is vol; maak ruimte vrij. Wat u net typte is niet bewaard."
    if "readonly" in reason or "read-only" in reason:
        return "De datamap is alleen-lezen; geef Wegwijzer schrijfrechten op WEGWIJZER_HOME."
    if "locked" in reason:
        return "De database is bezet; probeer het zo opnieuw."
    first = reason.splitlines()[0]
    return f"De database is niet bereikbaar ({first}). Controleer WEGWIJZER_DATABASE_URL en WEGWIJZER_HOME."
