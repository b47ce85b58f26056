"""A database that cannot be written: the disk is full, it may only be read, somebody holds it. Told, nothing half.

`python -m tests.faults.disk KIND FAULT FOLDER` plays one in a process of its own that sees a small disk nobody else
sees, and prints what came of it.
"""

import ctypes
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from bot.door import guarded
from bot.messages import Incoming, Reply
from bot.storage import engines
from bot.storage.database import Database, StorageError
from bot.storage.inbox import Inbox
from bot.storage.outbox_store import Outbox
from bot.vault import Vault
from bot.work import Worker
from prompts import render
from tests import databases
from tests.databases import Kind
from tests.faults.delivery import Row
from tests.faults.replica import KEY, checklist, event
from tests.faults.replicas import WALK, answers, said

ROOT = Path(__file__).parents[2]
FAULTS = ("full", "read-only", "locked")
_SIZE = 10_000_000  # bytes of the small disk: SQLite's log is written back when it is 4 MB
_SMALL = 40_000_000  # with a database of PostgreSQL on it
_NOBODY = pwd.getpwnam("nobody").pw_uid
_WAIT = 0.15  # seconds a writer waits here
_SAID = render("talk.no_storage")
_TOLD = ("De schijf is vol", "De datamap is alleen-lezen", "De database is bezet", "PostgreSQL neemt nu alleen lees")


@dataclass
class Tally:
    """What came of it: messages said under the fault, refused, and answers that are not as they should be."""

    trials: int = 0
    refused: int = 0
    failures: int = 0


class Trouble(ABC):
    """A fault that can be brought about and mended while the bot runs on."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder

    @abstractmethod
    def begin(self) -> None:
        """Bring it about."""

    @abstractmethod
    def end(self) -> None:
        """Mend it."""


class Full(Trouble):
    """A file takes all the room there is."""

    def begin(self) -> None:
        """Fill the disk to the last byte."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (65536, 4096, 512, 1):
                try:
                    while file.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def end(self) -> None:
        """Make room."""
        (self.folder / "filler").unlink()


class ReadOnly(Trouble):
    """The folder may only be read, or the server takes no writes; connections begin anew."""

    def begin(self) -> None:
        """Take the right to write."""
        self._set(0o444, 0o555, "on")

    def end(self) -> None:
        """Give it back."""
        self._set(0o644, 0o755, "off")

    def _set(self, file: int, folder: int, answer: str) -> None:
        name = str(self.database.url.database)
        self.database.close()
        if self.database.is_sqlite:
            _as(0)
            for found in self.folder.glob("*.db*"):
                found.chmod(file)
            self.folder.chmod(folder)
            _as(0 if answer == "off" else _NOBODY)
            return
        databases.server().ask(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {answer}')


def _as(account: int) -> None:
    """Let this thread meet files as an account does: to root rights to read and write mean nothing."""
    if os.getuid() == 0:
        ctypes.CDLL(None).setfsuid(account)


class Locked(Trouble):
    """Another process holds the right to write, or the tables."""

    def begin(self) -> None:
        """Take it."""
        if self.database.is_sqlite:
            self._lite = sqlite3.connect(str(self.database.url.database), isolation_level=None)
            self._lite.execute("BEGIN IMMEDIATE")
            return
        address = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._great = psycopg.connect(address)
        self._great.execute("LOCK TABLE inbox, outbox, case_file IN ACCESS EXCLUSIVE MODE")

    def end(self) -> None:
        """Let go."""
        (self._lite if self.database.is_sqlite else self._great).close()


_TROUBLES: dict[str, type[Trouble]] = {"full": Full, "read-only": ReadOnly, "locked": Locked}


class Talk:
    """One person who walks the checklist while the database fails at every step; whoever is refused says it again."""

    def __init__(self, database: Database, folder: Path, person: int) -> None:
        vault = Vault.open(KEY, folder)
        self._inbox, self._answer = Inbox(database, vault), checklist(database, vault)
        self._worker = Worker(database, self._inbox, Outbox(database, vault), self._noting)
        self._told = False
        self._person, self._turn = person, 0

    def say(self, text: str, trouble: Trouble) -> bool:
        """Say it under the fault, and after it once more when it was refused; True when it was."""
        incoming = said(self._person, self._turn, text)
        self._turn, self._told = self._turn + 1, False
        trouble.begin()
        kept = self._kept(incoming)
        self._work()
        trouble.end()
        if not kept and not self._kept(incoming):
            raise AssertionError("not kept, although all is well again")
        self._work()
        if self._told:  # it was answered with what is wrong, and not done: the person says it again
            return self.say(text, _Nothing(trouble.database, trouble.folder)) or True
        return not kept

    def _noting(self, incoming: Incoming) -> Sequence[Reply]:
        replies = guarded(self._answer)(incoming)
        self._told = any(reply.text.startswith(_SAID) for reply in replies)
        return replies

    def _kept(self, incoming: Incoming) -> bool:
        try:
            self._inbox.keep([event(incoming)])
        except StorageError as error:
            if not str(error).startswith(_TOLD):
                raise
            return False
        return True

    def _work(self) -> None:
        try:
            while self._worker.work():
                pass
        except StorageError as error:
            if not str(error).startswith(_TOLD):
                raise


def play(address: str, fault: str, folder: Path, people: int) -> Tally:
    """Let people walk the checklist under a fault, and hold the answers against those of a database that is well."""
    wanted = _undisturbed()  # first: nothing is imported any more while it cannot be
    engines.WAIT_SECONDS = _WAIT
    database = Database(address)
    database.upgrade()
    trouble, tally = _TROUBLES[fault](database, folder), Tally()
    for person in range(people):
        talk = Talk(database, folder, person)
        for text in WALK:
            tally.trials, tally.refused = tally.trials + 1, tally.refused + talk.say(text, trouble)
    database.close()
    told = answers(address, folder)
    for person in range(people):
        found = [text for text in told[f"slack:D{person}"] if not text.startswith(_SAID)]
        tally.failures += sum(a != b for a, b in zip(found, wanted, strict=False)) + abs(len(found) - len(wanted))
    if address.startswith("sqlite"):
        with sqlite3.connect(str(database.url.database)) as raw:
            tally.failures += raw.execute("PRAGMA integrity_check").fetchone() != ("ok",)
        raw.close()
    return tally


def _undisturbed() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/w.db")
        database.upgrade()
        talk = Talk(database, Path(folder), 0)
        for text in WALK:
            talk.say(text, _Nothing(database, Path(folder)))
        database.close()
        return answers(f"sqlite:///{folder}/w.db", Path(folder))["slack:D0"]


class _Nothing(Trouble):
    """All is well."""

    def begin(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


def can_mount() -> bool:
    """Whether a process here may have a small disk of its own."""
    try:
        return subprocess.run([*_APART, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False).returncode == 0
    except OSError:
        return False


_APART = ("unshare", "--mount") if os.getuid() == 0 else ("unshare", "--mount", "--map-root-user")


def apart(kind: Kind, fault: str, people: int) -> Tally:
    """Play it in a process of its own; raises ChildProcessError when that ends badly."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        command = [sys.executable, "-W", "ignore", "-m", "tests.faults.disk", kind, fault, folder, str(people)]
        given = [*(_APART if fault == "full" else ()), *command]
        done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(done.stderr[-2000:])
    return Tally(**json.loads(done.stdout))


def main(kind: Kind, fault: str, folder: Path, people: int) -> Tally:
    """In the process of its own: make the disk and the database, and play."""
    home = folder / "home"
    home.mkdir()
    if fault == "full":
        size = _SIZE if kind is Kind.SQLITE else _SMALL
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", home], check=True)
    with databases.on(kind):
        if kind is Kind.SQLITE:
            return play(f"sqlite:///{home / 'w.db'}", fault, home, people)
        address = databases.address(folder, empty=True)
        if fault == "full":
            _move(address, home)
        return play(address, fault, home, people)


def _move(address: str, home: Path) -> None:
    """Put a database of PostgreSQL on the small disk; the server's own log stays where there is room."""
    place = home / "tables"
    place.mkdir()
    for path in (home.parent, home):
        path.chmod(0o755)
    if os.getuid() == 0:
        os.chown(place, _NOBODY, -1)
    server, name = databases.server(), Database(address).url.database
    server.ask(f"CREATE TABLESPACE small LOCATION '{place}'")
    server.ask(f'ALTER DATABASE "{name}" SET TABLESPACE small')


def rows(quick: bool = False) -> Iterator[Row]:
    """Every fault on either database."""
    people = 1 if quick else 5
    for kind in Kind:
        for fault in possible(kind):
            tally = apart(kind, fault, people)
            how = f"{_HOW[fault]} at every step of /start-case; {tally.refused} of {tally.trials} refused at once"
            promised = "told in a sentence, nothing half written, goes on without a restart"
            yield Row(f"{databases.NAMES[kind]}: {_CALLED[fault]}", how, promised, tally.trials, tally.failures)


def possible(kind: Kind) -> Sequence[str]:
    """The faults that can be brought about on this machine."""
    # To have a small disk one has to be root in it, and as root PostgreSQL does not start.
    mounts = can_mount() and (kind is Kind.SQLITE or os.getuid() == 0)
    return FAULTS if mounts else FAULTS[1:]


_CALLED = {"full": "the disk is full", "read-only": "it may only be read", "locked": "another process holds it"}
_HOW = {
    "full": "a small disk filled to the last byte",
    "read-only": "no right to write",
    "locked": "a transaction that does not end",
}

if __name__ == "__main__":
    kind_name, fault_name, where, count = sys.argv[1:]
    tally = main(Kind(kind_name), fault_name, Path(where), int(count))
    json.dump(asdict(tally), sys.stdout)
    shutil.rmtree(Path(where) / "home", ignore_errors=True)
