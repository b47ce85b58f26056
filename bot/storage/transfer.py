"""All that one database holds, put into another: so a backup of PostgreSQL is a file, and one moves between the two."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session, SQLModel

from bot import storage
from bot.storage.database import Database
from bot.storage.dialect import last_numbers, number_on

_AT_ONCE = 1000


def transfer(source: Database, target: Database) -> int:
    """Make `target` hold what `source` holds at one moment, all of it or nothing; returns how many rows.

    Both have the tables of this version.
    """
    count = 0
    with source.read() as old, target.write() as new:
        for table in reversed(tables()):
            new.execute(delete(table))
        for table in tables():
            for rows in _rows(old, table):
                new.execute(insert(table), rows)
                count += len(rows)
        number_on(new, last_numbers(old))
    return count


def is_empty(database: Database) -> bool:
    """Whether a database holds nothing yet."""
    with database.read() as session:
        return not any(session.execute(select(table).limit(1)).first() for table in tables())


def tables() -> list[Table]:
    """Every table, whichever modules were needed so far."""
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        import_module(module.name)
    return SQLModel.metadata.sorted_tables


def _rows(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = session.execute(select(table), execution_options={"yield_per": _AT_ONCE})
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]
