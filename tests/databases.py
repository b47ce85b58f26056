"""Where a test's database is: a SQLite file in its folder, or a database of a real PostgreSQL.

What must hold on both says `pytestmark = pytest.mark.usefixtures("kind")`, and asks `address` where its database is.
"""

import atexit
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.storage.database import Database

if TYPE_CHECKING:  # starts nothing, but what runs on SQLite alone needs no driver
    from tests.postgres import Server

NAME = "wegwijzer.db"


class Kind(StrEnum):
    """Which database."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


NAMES = {Kind.SQLITE: "SQLite", Kind.POSTGRESQL: "PostgreSQL"}


@dataclass
class _Now:
    """What the test that runs has: databases by folder and name, and what they take for now."""

    kind: Kind = Kind.SQLITE
    names: dict[tuple[Path, str], str] = field(default_factory=dict)
    clocks: dict[Path, datetime] = field(default_factory=dict)
    opened: list[Database] = field(default_factory=list)
    new_files: bool = False


_now = _Now()


@contextmanager
def on(kind: Kind) -> Iterator[None]:
    """Databases of this kind for as long as the block; afterwards they are gone."""
    outer = dict(vars(_now))
    vars(_now).update(vars(_Now(kind)))
    try:
        yield
    finally:
        for database in _now.opened:
            database.close()
        for name in _now.names.values():
            _give_back(name)
        vars(_now).update(outer)


def opened(folder: Path, name: str = NAME, empty: bool = False) -> Database:
    """The database of a folder, opened; closed at the end of the test when the test does not do so."""
    made = Database(address(folder, name, empty))
    _now.opened.append(made)
    return made


def on_new_files() -> None:
    """For a test that reads files: its databases share them with no test before it."""
    _now.new_files = True


def kind() -> Kind:
    """Which database the test that runs is on."""
    return _now.kind


@cache
def server() -> "Server":
    """The PostgreSQL of this run, started when it is first asked for."""
    from tests.postgres import Server

    made = Server()
    atexit.register(made.remove)
    return made


def address(folder: Path, name: str = NAME, empty: bool = False) -> str:
    """The address of the database of a folder; it is there already, up to date, unless `empty` is asked for."""
    if _now.kind is Kind.SQLITE:
        return f"sqlite:///{folder / name}"
    if (folder, name) not in _now.names:
        _now.names[folder, name] = server().make() if empty else _taken()
    database = _now.names[folder, name]
    if not empty and folder in _now.clocks:
        server().set_clock(database, _now.clocks[folder])
    return server().address(database, "" if empty else "-c search_path=public,pg_catalog")


def set_clock(folder: Path, at: datetime) -> None:
    """What the database of a folder takes for now; SQLite asks the one who asks it."""
    if _now.kind is Kind.POSTGRESQL:
        _now.clocks[folder] = at
        for (home, _), database in _now.names.items():
            if home == folder:
                server().set_clock(database, at)


def on_disk(database: Database, folder: Path) -> bytes:
    """Everything that the files of a database hold, also what was erased and not overwritten."""
    if database.is_sqlite:
        file = Path(database.url.database or "")
        return b"".join(found.read_bytes() for found in folder.glob(f"{file.name}*"))
    name = str(database.url.database)
    server().ask("CHECKPOINT")
    ((number,),) = server().ask(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    return b"".join(found.read_bytes() for found in (server().folder / "data" / "base" / str(number)).iterdir())


def copy(old: Path, new: Path) -> None:
    """Let the database of one folder begin as that of another."""
    if _now.kind is Kind.SQLITE:
        with closing(sqlite3.connect(old / NAME)) as source, closing(sqlite3.connect(new / NAME)) as target:
            source.backup(target)
        return
    server().leave(_now.names[old, NAME])
    _now.names[new, NAME] = server().make(_now.names[old, NAME])


def forget(folder: Path) -> None:
    """The database of a folder is not needed any more."""
    if (folder, NAME) in _now.names:
        _give_back(_now.names.pop((folder, NAME)))


def sample(database: Database) -> None:
    """Let PostgreSQL note what values there are, as it does by itself now and then."""
    if not database.is_sqlite:
        server().ask("ANALYZE", str(database.url.database))


def keep(folder: Path, name: str = NAME) -> object:
    """A copy of the database of a folder as it is now, for `put_back`; nobody may have it open."""
    if _now.kind is Kind.SQLITE:
        return {file.name: file.read_bytes() for file in folder.glob(f"{name}*")}
    server().leave(_now.names[folder, name])
    kept = server().make(_now.names[folder, name])
    _now.names[folder, kept] = kept
    return kept


def put_back(folder: Path, kept: object, name: str = NAME) -> None:
    """Make the database of a folder what it was when it was kept; nobody may have it open."""
    if isinstance(kept, dict):
        for file in folder.glob(f"{name}*"):
            file.unlink()
        for file_name, content in kept.items():
            (folder / file_name).write_bytes(content)
        return
    server().drop(_now.names[folder, name])
    _now.names[folder, name] = server().make(str(kept))


_shared: set[str] = set()
"""Databases that are up to date, handed from test to test: to empty one is far quicker than to make one."""

_free: list[str] = []
"""Those of them that nobody has now."""


def _taken() -> str:
    if _free and not _now.new_files:
        return _free.pop()
    name = server().make(_template())
    _shared.add(name)
    return name


def _give_back(name: str) -> None:
    if name not in _shared:
        server().drop(name)
        return
    server().empty(name)
    _free.append(name)


@cache
def _template() -> str:
    """A database that is up to date, with a hand on its clock; copied for every test."""
    name = server().make()
    server().give_a_hand(name)
    database = Database(server().address(name))
    database.upgrade()
    database.close()
    return name
