"""What SQLite and PostgreSQL do each in their own way; the rest of the storage knows of neither.

SQLite has one writer at a time (`Database.write` holds that right), so a claim needs no row lock there and the
machine's clock is everybody's. PostgreSQL has many: rows are locked and skipped, and the database's clock decides.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, func, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from bot.storage.trouble import BusyError

_SEQUENCE = "_id_seq"
_PATIENCE = 5  # times, of a second each, that a table is waited for


def one_moment(engine: Engine) -> Mapping[str, Any]:
    """The options with which a connection that only reads sees one moment; SQLite does so by itself."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {}


def clock(session: Session, now: datetime) -> datetime:
    """The moment by which leases are counted: the database's own where it is shared between machines."""
    if _is_postgresql(session):
        return session.execute(select(func.clock_timestamp())).scalar_one()  # type: ignore[no-any-return]
    return now


def locked(session: Session, statement: Select[Any], table: type[SQLModel]) -> Select[Any]:
    """The same choice of rows, passing over those another process is claiming right now."""
    return statement.with_for_update(skip_locked=True, of=table) if _is_postgresql(session) else statement


def hold(session: Session, names: Sequence[str]) -> None:
    """Wait for whoever else holds one of these names, and hold them until the transaction ends."""
    if _is_postgresql(session):
        for name in sorted(set(names)):  # in one order, so that two never wait for each other
            session.execute(select(func.pg_advisory_xact_lock(_number(name))))


def alone(session: Session, name: str) -> bool:
    """Whether nobody else holds this name; if so, hold it until the transaction ends."""
    if not _is_postgresql(session):
        return True
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(_number(name)))).scalar_one())


def one_runner(connection: Connection) -> None:
    """Wait, however long it takes, until nobody else changes the tables; hold that until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(_number("migrations"))))
        connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose unique key is not there yet, and return how many; the others stay as they are."""
    if not rows:
        return 0
    # On the connection, and asked for: else an insert of many rows does not tell how many it made.
    statement = _insert(session, table).on_conflict_do_nothing()
    made = session.connection().execute(statement, list(rows), execution_options={"preserve_rowcount": True})
    return int(made.rowcount)


def put(session: Session, row: SQLModel) -> None:
    """Insert the row, or give the one with the same key its values."""
    table, values = _table(type(row)), row.model_dump()
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    session.execute(_insert(session, type(row)).values(values).on_conflict_do_update(index_elements=keys, set_=rest))


def count_up(session: Session, table: type[SQLModel], **key: Any) -> int:
    """The next number of a counter (`last` in the row of that key), from 1; never the same twice."""
    last = _table(table).c.last
    made = _insert(session, table).values(**key, last=1)
    counted = made.on_conflict_do_update(index_elements=list(key), set_={"last": last + 1}).returning(last)
    return int(session.execute(counted).scalar_one())


def last_numbers(session: Session) -> Mapping[str, int]:
    """The last number given out in each table that never gives one twice, 0 when it gave none."""
    if _is_postgresql(session):
        given = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
        return {name.removesuffix(_SEQUENCE): last or 0 for name, last in session.execute(text(given))}
    return {row.name: row.seq for row in session.execute(text("SELECT name, seq FROM sqlite_sequence"))}


def number_on(session: Session, last: Mapping[str, int]) -> None:
    """Let every table that counts its rows go on after the highest there is, and after `last`."""
    for name in {*last, *last_numbers(session)}:
        id = SQLModel.metadata.tables[name].c.id
        highest = int(session.execute(select(func.max(id))).scalar() or 0)
        _number_on(session, name, max(highest, last.get(name, 0)))


def _number_on(session: Session, name: str, last: int) -> None:
    if _is_postgresql(session):
        session.execute(select(func.setval(f'"{name}{_SEQUENCE}"', max(last, 1), last > 0)))
        return
    session.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
    session.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), {"name": name, "last": last})


def scrub(engine: Engine) -> None:
    """Leave nothing of what was erased in the files: SQLite's log and split pages, PostgreSQL's dead rows."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            # secure_delete clears free pages, not what is left between the rows of a page that was split.
            connection.exec_driver_sql("VACUUM")
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise BusyError  # somebody reads, such as a backup: the log with the old pages is still there
        return
    locked = [error for table in inspect(engine).get_table_names() if (error := _rewrite(engine, table))]
    if locked:
        raise locked[-1]


def _rewrite(engine: Engine, table: str) -> OperationalError | None:
    """Write a table anew; what was in the way, or None.

    It is locked for that, and waiting for the lock holds up everybody: so never long.
    """
    for _ in range(_PATIENCE):
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("SET lock_timeout = '1s'"))
                try:
                    connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
                finally:
                    connection.execute(text("RESET lock_timeout"))
        except OperationalError as error:
            found = error
            time.sleep(1.0)
        else:
            return None
    return found


def _insert(session: Session, table: type[SQLModel]) -> Any:
    return postgresql.insert(table) if _is_postgresql(session) else sqlite.insert(table)


def _table(table: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(table.__tablename__)]


def _number(name: str) -> int:
    """PostgreSQL holds numbers, not names."""
    return int.from_bytes(hashlib.sha256(f"wegwijzer {name}".encode()).digest()[:8], signed=True)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
