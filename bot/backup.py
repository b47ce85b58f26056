"""Backup and restore, also while the bot runs. A backup holds no key: what is locked stays locked.

A backup is one SQLite file, whichever database it is of, and goes back into either: that is how one moves as well.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from bot.carried import leave_out, put_along, take_out
from bot.crash import point
from bot.storage.database import HEAD, Database, StorageError
from bot.storage.transfer import is_empty, transfer

BEFORE = ".voor-herstel"
"""Added to the database's name for the copy that is kept of what a restore replaced."""


def backup(database: Database, file: Path, home: Path | None = None) -> None:
    """Copy the database to a file that only its owner can read; whole or not at all. Raises StorageError.

    With `home` also what of the data folder goes along (see carried.py).
    """
    if file.exists():
        raise StorageError(f"{file} bestaat al. Kies een andere naam, zodat geen back-up verloren gaat.")
    if not (_file(database).exists() if database.is_sqlite else database.version()):
        raise StorageError(f"Er is nog geen database om te bewaren ({database.place}). Begin met: wegwijzer db upgrade")
    half = file.with_name(file.name + ".half")
    half.unlink(missing_ok=True)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _gather(database, half)
        if home:
            put_along(home, half)
        check(half)
        point("backup.before-rename")
        half.replace(file)
    except OSError as error:
        raise StorageError(f"De back-up kan niet naar {file} ({error.strerror}). Kies een andere plek.") from error
    finally:
        half.unlink(missing_ok=True)


def restore(database: Database, file: Path, home: Path) -> Path | None:
    """Put a backup back and bring it up to date; returns the copy kept of what was there. Raises StorageError."""
    if not file.is_file():
        raise StorageError(f"{file} is er niet. Noem het bestand van een back-up.")
    version = check(file)
    if version > HEAD:
        raise StorageError(
            f"Deze back-up is van een nieuwere versie ({version}) dan dit programma ({HEAD}). Werk Wegwijzer bij."
        )
    take_out(file, home)
    if not database.is_sqlite:
        return _spread(file, database, home)
    target = _file(database)
    kept = _set_aside(target)
    _copy(file, target, alone=False)
    leave_out(target)
    database.upgrade()
    return kept


def check(file: Path) -> str:
    """The version of an undamaged Wegwijzer database. Raises StorageError when it is damaged or something else."""
    try:
        with closing(_open(file)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()
            if found != ("ok",):
                raise StorageError(f"{file} is beschadigd en wordt niet gebruikt. Neem een andere back-up.")
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{file} is beschadigd of geen database van Wegwijzer. Neem een andere back-up.") from error
    return str(row[0]) if row else ""


def _gather(database: Database, half: Path) -> None:
    """One moment of a database as a SQLite file."""
    if database.is_sqlite:
        _copy(_file(database), half)
        return
    database.upgrade()
    copy = _opened(half)
    transfer(database, copy)
    copy.close()
    with closing(sqlite3.connect(half)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


def _spread(file: Path, database: Database, home: Path) -> Path | None:
    """Put a backup into PostgreSQL, by way of a copy that is brought up to date first."""
    database.upgrade()
    kept = None
    if not is_empty(database):
        kept = home / f"postgresql{BEFORE}"
        kept.unlink(missing_ok=True)
        backup(database, kept)
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as folder:
        copy = Path(folder) / "copy.db"
        _copy(file, copy)
        source = _opened(copy)
        transfer(source, database)
        source.close()
    return kept


def _opened(file: Path) -> Database:
    made = Database(URL.create("sqlite", database=str(file)).render_as_string(), alone=True)
    made.upgrade()
    return made


def _set_aside(target: Path) -> Path | None:
    """Keep a copy of the present database, also when it is damaged; one copy, the latest."""
    if not target.exists():
        return None
    kept = target.with_name(target.name + BEFORE)
    kept.unlink(missing_ok=True)
    os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copy(target, kept)
    except sqlite3.DatabaseError:
        kept.write_bytes(target.read_bytes())
        for left in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
    return kept


def _copy(source: Path, target: Path, alone: bool = True) -> None:
    """SQLite's own online copy: one moment of the source, also while others write to it."""
    try:
        with closing(_open(source)) as old, closing(sqlite3.connect(target, timeout=10)) as new:
            old.backup(new)
            if alone:
                new.execute("PRAGMA journal_mode=DELETE")  # one file, with no journal beside it
    except sqlite3.OperationalError as error:
        raise StorageError(
            "De database is bezet of de schijf is vol. Stop de bot of maak ruimte, en probeer opnieuw."
        ) from error


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)


def _file(database: Database) -> Path:
    return Path(database.url.database or "")
