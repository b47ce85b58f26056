"""The upgrade dies midway: from the tables of every version, after every statement, on either database."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Engine, Integer, MetaData, Table, Time, event, func, insert, select

from bot.backup import check
from bot.crash import CRASHED
from bot.migrations import runner
from bot.storage.database import HEAD, Database
from tests import databases
from tests.databases import Kind
from tests.faults.delivery import Row

VERSIONS = tuple(f"{number:04}" for number in range(1, int(HEAD)))
_DAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
_VALUES = {Integer: 1, Boolean: True, Date: _DAY.date(), Time: _DAY.time(), DateTime: _DAY}

Counts = dict[str, int]


@dataclass(frozen=True)
class Old:
    """The tables of an older version with a row in each, to be copied for every trial."""

    folder: Path
    version: str
    counts: Counts
    statements: int


def prepare(folder: Path, version: str) -> Old:
    """Make the tables of a version, fill them, and count what it takes to bring a copy up to date."""
    folder.mkdir()
    database = databases.opened(folder, empty=True)
    runner.run(database.engine, version)
    counts = _fill(database.engine)
    database.close()
    with _copied(folder) as copy:
        done: list[int] = []
        event.listen(copy.engine, "after_cursor_execute", lambda *_: done.append(1))
        copy.upgrade()
    return Old(folder, version, counts, len(done))


def survives(old: Old, statement: int) -> bool:
    """Let a process die after so many statements; then the database is old or new, whole, and can be upgraded."""
    with _copied(old.folder) as database:
        if _die(database, statement) != CRASHED:
            return False
        before = database.version()
        whole = before in (old.version, HEAD) and _counts(database.engine, old.counts) == old.counts
        if database.is_sqlite:
            check(Path(database.url.database or ""))
        database.upgrade()
        return whole and database.version() == HEAD and _counts(database.engine, old.counts) == old.counts


def _die(database: Database, statement: int) -> int:
    address = database.url.render_as_string(hide_password=False)
    child = os.fork()
    if child == 0:
        left = [statement]

        def count(*_: Any) -> None:
            left[0] -= 1
            if left[0] <= 0:
                os._exit(CRASHED)

        try:
            dying = Database(address)
            event.listen(dying.engine, "after_cursor_execute", count)
            dying.upgrade()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class _copied:  # noqa: N801 - used as a function
    """A copy of a folder's database, for as long as the block."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copy = folder, folder.with_name(f"{folder.name}-copy")

    def __enter__(self) -> Database:
        self._copy.mkdir()
        databases.copy(self._folder, self._copy)
        self._database = Database(databases.address(self._copy, empty=True))
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()
        databases.forget(self._copy)
        shutil.rmtree(self._copy)


def _fill(engine: Engine) -> Counts:
    """A row in every table."""
    found = MetaData()
    found.reflect(engine)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        for table in tables:
            connection.execute(insert(table).values(_row(table)))
    return _counts(engine, [table.name for table in tables])


def _row(table: Table) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.columns:
        kind = next((value for type, value in _VALUES.items() if isinstance(column.type, type)), "iets")
        values[column.name] = kind
    return values


def _counts(engine: Engine, tables: Any) -> Counts:
    with engine.connect() as connection:
        found = MetaData()
        found.reflect(connection, only=list(tables))
        return {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in found.sorted_tables
        }


def play(kind: Kind, folder: Path, versions: Sequence[str] = VERSIONS, most: int = 1000) -> tuple[int, int]:
    """Die after every statement (or `most` of them) of the upgrade from each version: (trials, failures)."""
    trials = failures = 0
    with databases.on(kind):
        for version in versions:
            old = prepare(folder / f"{kind}-{version}", version)
            step = max(1, -(-old.statements // most))
            for statement in range(1, old.statements + 1, step):
                trials, failures = trials + 1, failures + (not survives(old, statement))
    return trials, failures


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """Play it on both."""
    for kind in Kind:
        trials, failures = play(kind, folder, most=3 if quick else 1000)
        how = f"os._exit after every statement, from each of {len(VERSIONS)} versions, a row in every table"
        promised = "the tables are the old or the new ones, whole, every row there, and the next upgrade succeeds"
        yield Row(f"the upgrade dies midway, on {databases.NAMES[kind]}", how, promised, trials, failures)
