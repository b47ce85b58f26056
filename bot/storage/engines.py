"""How each database is opened: its address, its driver, and what every connection to it begins with."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlmodel import create_engine

from bot.storage.trouble import StorageError

WAIT_SECONDS = 10.0
"""How long a writer waits for another before it is told to try again."""

SYNCHRONOUS = "FULL"
"""How SQLite waits for the disk: fully, so that a step that was answered survives a power cut."""

_DRIVER = "postgresql+psycopg"
_FORGOTTEN = 120  # seconds in a transaction in which nothing is asked: whoever held it was stopped or is gone
_NO_DRIVER = (
    "Voor PostgreSQL ontbreekt het stuurprogramma. Installeer het met: "
    "pip install --constraint constraints.txt --editable '.[postgres]'"
)
_ADDRESS = (
    "WEGWIJZER_DATABASE_URL is geen adres van een database. Schrijf bijvoorbeeld sqlite:////pad/bestand.db of "
    "postgresql://naam:wachtwoord@server/wegwijzer; in het wachtwoord wordt @ %40, : %3A en / %2F."
)


def read_address(address: str) -> URL:
    """The address of a SQLite file or a PostgreSQL database. Raises StorageError, which never shows the address."""
    try:
        url = make_url(address)
        _ = url.port
    except (ArgumentError, ValueError):
        raise StorageError(_ADDRESS) from None  # what could not be read may hold a password
    match url.get_backend_name():
        case "sqlite":
            return url
        case "postgresql" | "postgres":
            return url.set(drivername=_DRIVER)
    raise StorageError("Wegwijzer bewaart in SQLite of PostgreSQL; zet een van die twee in WEGWIJZER_DATABASE_URL.")


def place_of(url: URL) -> str:
    """Where a database is, as may be told: without name, password or settings."""
    if url.get_backend_name() == "sqlite":
        return url.database or "geheugen"
    return f"{url.host or url.query.get('host') or 'deze machine'}/{url.database or ''}"


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None in memory, under a name that only SQLite reads (`file:`), and elsewhere."""
    named = url.database or ""
    has_file = url.get_backend_name() == "sqlite" and named not in ("", ":memory:") and not named.startswith("file:")
    return Path(named) if has_file else None


def open_engine(url: URL) -> Engine:
    """An engine on the database; it connects when it is first used. Raises StorageError when the driver lacks."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> Engine:
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    engine: Engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: Any) -> None:
    # secure_delete: what is erased leaves no trace in free pages.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    settings = {
        "lock_timeout": int(WAIT_SECONDS * 1000),
        "idle_in_transaction_session_timeout": _FORGOTTEN * 1000,
        "timezone": "UTC",
    }
    given = url.query.get("options", "")
    # What the address says comes last, and wins.
    options = " ".join([*(f"-c {name}={value}" for name, value in settings.items()), str(given)])
    connect = {"options": options, "connect_timeout": int(WAIT_SECONDS), "application_name": "wegwijzer"}
    keep = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    try:
        # Asked before each use whether it is still there: a server that was restarted is found again by itself.
        return create_engine(url, connect_args=connect | keep, pool_pre_ping=True)
    except ImportError as error:
        raise StorageError(_NO_DRIVER) from error
