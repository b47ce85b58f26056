"""Files of the data folder that go along in a backup: locked with the product's secret, and nowhere else.

On Matrix that is the account with its signing keys. The keys of its device do not: a device put back from yesterday
would have forgotten what its contacts know. After a restore elsewhere the account gets a new device, signed as before.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

_FILES = ("matrix/account.locked",)
_TABLE = "carried_file"


def put_along(home: Path, backup: Path) -> None:
    """Put them in a backup that is being made."""
    found = [(name, (home / name).read_bytes()) for name in _FILES if (home / name).is_file()]
    with closing(sqlite3.connect(backup)) as made, made:
        made.execute(f"CREATE TABLE {_TABLE} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
        made.executemany(f"INSERT INTO {_TABLE} VALUES (?, ?)", found)  # noqa: S608 - a name of ours


def take_out(backup: Path, home: Path) -> None:
    """Put them back where they are not any more; what is there is newer and stays."""
    with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as kept:
        there = kept.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_TABLE,)).fetchone()
        found = kept.execute(f"SELECT name, content FROM {_TABLE}").fetchall() if there else []  # noqa: S608
    for name, content in found:
        if name in _FILES and not (home / name).exists():
            _write(home / name, content)


def leave_out(database: Path) -> None:
    """Take them out of a database that a backup has become."""
    with closing(sqlite3.connect(database, timeout=10)) as restored:
        restored.execute(f"DROP TABLE IF EXISTS {_TABLE}")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
