"""Everything that is locked, locked again with the newest key: after that the old key opens nothing and can go."""

from sqlalchemy import Column, String, select, update
from sqlmodel import Session
from sqlmodel.sql.sqltypes import AutoString

from bot.storage.database import Database
from bot.storage.transfer import tables
from bot.vault import Vault

_LOCKED = "gAAAAA"  # how every locked text begins: the version of Fernet, and a moment before the year 2106


def rekey(database: Database, vault: Vault) -> int:
    """Lock every locked text of the database anew, all or nothing; returns how many.

    Nothing of the old ones is left in the files. Raises VaultError when one opens with none of the keys.
    """
    with database.write() as session:
        count = sum(_column(session, vault, column) for column in columns())
    database.write_anew()
    return count


def columns() -> list[Column[str]]:
    """Every column that holds text."""
    return [column for table in tables() for column in table.columns if isinstance(column.type, String | AutoString)]


def _column(session: Session, vault: Vault, column: Column[str]) -> int:
    table = column.table
    keys = [*table.primary_key.columns]
    rows = session.execute(select(column, *keys).where(column.startswith(_LOCKED))).all()
    for locked, *values in rows:
        same = (key == value for key, value in zip(keys, values, strict=True))
        # Only what is still as it was read: a bot that runs beside this may have written it anew already.
        session.execute(update(table).where(*same, column == locked).values({column.name: vault.renew(locked)}))
    return len(rows)
