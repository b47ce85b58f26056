"""What SQLite and PostgreSQL do each in their own way; the rest of the storage knows of neither.

SQLite has one writer at a time (`Database.write` holds that right), so a claim needs no row lock there and the
machine's clock is everybody's. PostgreSQL has many: rows are locked and skipped, and the database's clock decides.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def clock(session: Session, now: datetime) -> datetime:
    """The moment by which leases are counted: the database's own where it is shared between machines."""
    if _is_postgresql(session):
        return session.execute(select(func.clock_timestamp())).scalar_one()  # type: ignore[no-any-return]
    return now


def locked(session: Session, statement: Select[Any], table: type[SQLModel]) -> Select[Any]:
    """The same choice of rows, passing over those another process is claiming right now."""
    return statement.with_for_update(skip_locked=True, of=table) if _is_postgresql(session) else statement


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose unique key is not there yet, and return how many; the others stay as they are."""
    if not rows:
        return 0
    # On the connection: only there an insert of many rows tells how many it made.
    made = session.connection().execute(_insert(session, table).on_conflict_do_nothing(), list(rows))
    return int(made.rowcount)


def put(session: Session, table: type[SQLModel], key: str, row: dict[str, Any]) -> None:
    """Insert the row, or give the one with the same `key` these values."""
    values = {name: value for name, value in row.items() if name != key}
    session.execute(_insert(session, table).values(row).on_conflict_do_update(index_elements=[key], set_=values))


def _insert(session: Session, table: type[SQLModel]) -> Any:
    return postgresql.insert(table) if _is_postgresql(session) else sqlite.insert(table)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
