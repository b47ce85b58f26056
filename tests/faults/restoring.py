"""An old backup is put back: nothing that was placed or answered after it was made goes again by itself."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.backup import backup, restore
from bot.delivery import Absent, Outcome, Post, Recall, Sent
from bot.messages import Incoming, Person, Reply
from bot.outbox import Sender
from bot.reminders import Clock, Planner
from bot.storage.database import Database
from bot.storage.heartbeat import Heartbeat
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import Letter, Policy
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import unpack_reply
from bot.storage.reminder_store import Reminders
from bot.vault import Vault
from bot.work import Worker
from tests import databases
from tests.databases import Kind
from tests.faults.delivery import Row
from tests.mdo_world import rules
from workflows.dates import shipped_calendar
from workflows.due import Occurrence

EACH = 20
"""So many reminders, posts and questions before the backup, and as many that are dealt with only after it."""

_START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass
class House:
    """A bot in a folder, with a platform that keeps what was placed and tells again what it was not told was taken."""

    folder: Path
    now: datetime = _START
    posted: Counter[str] = field(default_factory=Counter)
    stream: list[Arrived] = field(default_factory=list)

    platform = "fake"
    recall = Recall(look_up=True, settle=timedelta())

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Start on what is in the folder, as `wegwijzer run` does: looking back comes first."""
        self.at(self.now)
        self.database = databases.opened(self.folder)
        self.database.upgrade()
        vault = Vault.open("a key for restoring", self.folder)
        self.inbox = Inbox(self.database, vault)
        self.outbox = Outbox(self.database, vault, Policy(spacing=timedelta()))
        self.reminders = Reminders(self.database)
        self.clock = Clock(
            Planner(rules(), shipped_calendar(), self.reminders), self.reminders, self.outbox,
            Heartbeat(self.database, self.folder), list, forget_waiting=self.inbox.forget,
        )  # fmt: skip
        self.worker = Worker(self.database, self.inbox, self.outbox, _answer)
        self.sender = Sender(self.outbox, self, _compose, "one", lambda: self.now)
        self.clock.look_back(self.now)

    def at(self, now: datetime) -> None:
        """Let it be this moment."""
        self.now = now
        databases.set_clock(self.folder, now)

    async def send(self, post: Post) -> Outcome:
        """Place a post."""
        self.posted[post.reply.text] += 1
        return Sent(f"p{self.posted.total()}")

    async def look_up(self, post: Post) -> Absent:
        """A history that goes no further back than the last restart of the platform."""
        return Absent()

    async def take_back(self, post: Post) -> Outcome:
        """Nothing is erased here."""
        return Sent("")

    async def sweep(self, post: Post) -> Outcome:
        """As above."""
        return Sent("")

    def hear(self) -> None:
        """Take in the stream from where it was; a new reader begins at its end."""
        cursor = self.inbox.cursor("fake")
        start = int(cursor) if cursor else len(self.stream)
        self.inbox.keep(self.stream[start:], str(len(self.stream)), "fake")

    def settle(self) -> None:
        """Do everything that is due, as often as it takes."""
        self.clock.tick(self.now)
        while self.worker.work() or asyncio.run(self.sender.run_once()):
            pass

    def ask(self, first: int) -> None:
        """People say something."""
        for number in range(first, first + EACH):
            said = Incoming(Person("fake", f"U{number % 7}"), f"vraag {number}", self.now, conversation="fake:c")
            self.stream.append(Arrived((f"e{number}",), said))

    def fill(self) -> None:
        """Reminders that fall due after the backup, and posts that wait."""
        due = [_occurrence(number, self.now + timedelta(minutes=number + 1)) for number in range(EACH)]
        self.reminders.plan("action", "A-1", due, self.now - timedelta(days=1), self.now + timedelta(days=1))
        for number in range(EACH):
            self.outbox.post(f"k{number}", f"fake:d{number}", f"bericht {number}", self.now)


def _answer(incoming: Incoming) -> Sequence[Reply]:
    return [Reply(f"antwoord op {incoming.text}")]


def _compose(letter: Letter) -> Reply:
    if letter.kind == "reply":
        return unpack_reply(letter.text)
    return Reply(letter.text or f"herinnering {letter.ref}")


def _occurrence(number: int, at: datetime) -> Occurrence:
    wall = at.replace(tzinfo=None)
    return Occurrence(f"r{number}", "A-1", 0, date(2026, 11, 24), wall, "Europe/Amsterdam", at, "owner", "fake:r")


def play(folder: Path, by_command: bool) -> tuple[int, int]:
    """One life with a restore in it: (what was placed after the backup, how much of it was placed again)."""
    house = House(folder)
    house.hear()
    house.ask(0)
    house.hear()
    house.clock.tick(house.now)
    house.fill()
    file = folder / "old.db"
    kept = None if by_command else _kept(house)
    if by_command:
        backup(house.database, file)
    house.settle()
    house.ask(EACH)
    house.hear()
    house.at(house.now + timedelta(hours=1))
    house.settle()
    placed = house.posted.copy()
    _put_back(house, file, kept)
    for hours in (0, 1, 30):
        house.at(house.now + timedelta(hours=hours))
        house.hear()
        house.settle()
    again = house.posted - placed
    house.database.close()
    return placed.total(), sum(count for text, count in again.items() if text in placed)


def _kept(house: House) -> object:
    house.database.close()
    return databases.keep(house.folder)


def _put_back(house: House, file: Path, kept: object) -> None:
    house.database.close()
    if kept is None:
        database = Database(databases.address(house.folder))
        restore(database, file, house.folder)
        Heartbeat(database, house.folder).mark_restored()
        database.close()
    else:
        databases.put_back(house.folder, kept)
    house.open()


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """Lives with the command, and with the files or the whole database swapped behind its back."""
    for kind in Kind:
        trials = failures = 0
        with databases.on(kind):
            for number in range(2 if quick else 20):
                home = folder / f"{kind}-{number}"
                home.mkdir()
                placed, again = play(home, by_command=bool(number % 2))
                trials, failures = trials + placed, failures + again
                databases.forget(home)
                shutil.rmtree(home)
        how = "by `db restore`, and swapped behind its back; the platform tells again from the place in the backup"
        promised = "nothing is placed or answered again by itself"
        yield Row(f"an old backup is put back, on {databases.NAMES[kind]}", how, promised, trials, failures)
