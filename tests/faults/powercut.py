"""The power goes: what was written and not yet synced is lost, in part, in any order, half a sector at a time.

A bot in a process of its own answers people; strace writes down everything it asks of the file system. From that any
moment's disk can be made: what was synced for certain, and of the rest whatever chance leaves. `python -m
tests.faults.powercut FOLDER PEOPLE [SYNCHRONOUS]` is that process.
"""

import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.storage import engines
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.outbox_store import Outbox
from bot.vault import Vault
from bot.work import Worker
from tests.faults.delivery import Row
from tests.faults.replica import KEY, checklist, event
from tests.faults.replicas import WALK, said

ROOT = Path(__file__).parents[2]
NAME = "w.db"
_SECTOR = 512
_CALLS = "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink"
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class File:
    """One file: what is surely on the disk, and what was asked since the last sync. `named`: its entry is synced."""

    sure: bytearray = field(default_factory=bytearray)
    asked: list[tuple[int, bytes] | int] = field(default_factory=list)
    named: bool = False

    def sync(self) -> None:
        """Everything asked so far is on the disk."""
        for change in self.asked:
            _change(self.sure, change)
        self.asked.clear()

    def left(self, chance: random.Random) -> bytes:
        """What a power cut leaves: of what was asked some sectors and not others."""
        content = bytearray(self.sure)
        for change in self.asked:
            if isinstance(change, int):
                if chance.random() < 0.5:
                    _change(content, change)
                continue
            start, data = change
            for at in range(0, len(data), _SECTOR):
                if chance.random() < 0.5:
                    _change(content, (start + at, data[at : at + _SECTOR]))
        return bytes(content)


def _change(content: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
        return
    start, data = change
    content.extend(bytes(max(0, start - len(content))))
    content[start : start + len(data)] = data


@dataclass
class Disk:
    """The files of a folder as they were asked for, call by call; `told`: what the process had confirmed."""

    folder: str
    files: dict[str, File] = field(default_factory=dict)
    gone: dict[str, File] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    _open: dict[int, str] = field(default_factory=dict)

    def call(self, name: str, args: str, result: int) -> None:
        """One call to the file system."""
        number = int(args.split(",", 1)[0]) if args[:1].isdigit() else -1
        match name:
            case "openat":
                self._opened(_text(args), result)
            case "close":
                self._open.pop(number, None)
            case "write" if number == 1:
                self.told += _text(args).decode().split()
            case "pwrite64":
                self._asked(number, (int(args.rsplit(",", 1)[1]), _text(args)))
            case "ftruncate":
                self._asked(number, int(args.rsplit(",", 1)[1]))
            case "fsync" | "fdatasync":
                self._synced(number)
            case "unlink" if (path := _text(args).decode()) in self.files:
                self.gone[path] = self.files.pop(path)

    def _opened(self, raw: bytes, number: int) -> None:
        path = raw.decode(errors="replace")
        if number < 0 or not path.startswith(self.folder):
            self._open.pop(number, None)
            return
        self._open[number] = path
        if path != self.folder:
            self.files.setdefault(path, File())

    def _asked(self, number: int, change: tuple[int, bytes] | int) -> None:
        if file := self._file(number):
            file.asked.append(change)

    def _file(self, number: int) -> File | None:
        return self.files.get(self._open.get(number, ""))

    def _synced(self, number: int) -> None:
        if self._open.get(number) == self.folder:
            for known in self.files.values():
                known.named = True
            self.gone.clear()
        elif file := self._file(number):
            file.sync()

    def cut(self, target: Path, chance: random.Random) -> None:
        """Write what would be there when the power goes now."""
        there = [item for item in self.files.items() if item[1].named or chance.random() < 0.5]
        there += [item for item in self.gone.items() if chance.random() < 0.5]
        for path, file in there:
            if not path.endswith("-shm"):  # shared memory: after a restart it is made anew
                (target / Path(path).name).write_bytes(file.left(chance))


def _text(args: str) -> bytes:
    found = _TEXT.search(args)
    return bytes.fromhex(found[1].replace("\\x", "")) if found else b""


def calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    """The calls in a trace, in order."""
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            if found := _LINE.match(line):
                yield found[1], found[2], int(found[3])


def traced(folder: Path, people: int, synchronous: str = "FULL") -> Path:
    """Let a bot answer people under strace; returns the trace."""
    trace, home = folder / "trace", folder / "home"
    home.mkdir()
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.powercut", str(home), str(people), synchronous]
    watch = ["strace", "-qq", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", str(trace)]
    done = subprocess.run([*watch, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(done.stderr[-2000:])
    return trace


def can_trace() -> bool:
    """Whether strace is there and may be used."""
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def play(folder: Path, cuts: int, people: int, synchronous: str = "FULL", seed: int = 1) -> tuple[int, int]:
    """Cut the power at so many moments: (how often, how often something confirmed was gone or the file damaged)."""
    trace = traced(folder, people, synchronous)
    found, chance = list(calls(trace)), random.Random(seed)
    # From the first confirmation on: before it there is nothing to lose.
    first = next(n for n, (name, args, _) in enumerate(found) if name == "write" and args.startswith("1,"))
    moments = sorted(chance.choices(range(first, len(found)), k=cuts))
    disk, failures, at = Disk(str(folder / "home")), 0, 0
    for moment in moments:
        for call in found[at : moment + 1]:
            disk.call(*call)
        at = moment + 1
        with tempfile.TemporaryDirectory(dir=folder) as target:
            disk.cut(Path(target), chance)
            failures += not _whole(Path(target) / NAME, disk.told)
    return cuts, failures


def _whole(file: Path, told: Sequence[str]) -> bool:
    """Whether everything that was confirmed is in the file: what was kept waits or is answered, answers are there."""
    try:
        with closing(sqlite3.connect(file)) as raw:
            if raw.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return False
            answered = {f"{dest}/{at}" for dest, at in raw.execute("SELECT dest, planned_for FROM outbox")}
            kept = {key for (key,) in raw.execute("SELECT key FROM inbox_key")}
            waiting = raw.execute("SELECT count(*) FROM inbox").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    wanted = {_place(*word[9:].split(".")) for word in told if word.startswith("answered:")}
    heard = {f"event/{word[5:]}" for word in told if word.startswith("kept:")}
    return wanted <= answered and heard <= kept and len(answered) + waiting >= len(heard)


def _place(person: str, turn: str) -> str:
    incoming = said(int(person), int(turn), "")
    return f"slack:D{person}/{incoming.at:%Y-%m-%d %H:%M:%S.%f}"


def work(home: Path, people: int, synchronous: str) -> None:
    """The process whose power is cut: it says when something is kept, and when it is answered."""
    if synchronous != "FULL":
        engines.SYNCHRONOUS = synchronous
    database = Database(f"sqlite:///{home / NAME}")
    database.upgrade()
    vault = Vault.open(KEY, home)
    inbox = Inbox(database, vault)
    worker = Worker(database, inbox, Outbox(database, vault), checklist(database, vault))
    for turn, text in enumerate(WALK):
        for person in range(people):
            incoming = said(person, turn, text)
            inbox.keep([event(incoming)])
            print(f"kept:{incoming.id}", flush=True)
            worker.work()
            print(f"answered:{incoming.id}", flush=True)
    database.close()


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """Cut the power of a bot as it is, and of one that does not wait for the disk."""
    if not can_trace():
        print("no strace here: the row of the power cut is left out", file=sys.stderr)
        return
    cuts = 40 if quick else 1000
    (folder / "as it is").mkdir()
    trials, failures = play(folder / "as it is", cuts, 1 if quick else 5)
    how = "every write since the last sync kept or lost by sectors, at any call to the file system (SQLite)"
    yield Row("the power goes", how, "what was confirmed is there, the file is whole", trials, failures)
    (folder / "normal").mkdir()
    _, noticed = play(folder / "normal", 40, 1, "NORMAL")
    yield Row("SQLite with synchronous=NORMAL", "mutant", "the count notices", 1, int(not noticed))
    shutil.rmtree(folder / "as it is", ignore_errors=True)


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
