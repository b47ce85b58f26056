"""Several replicas on one database: people talk to whichever hears them, replicas die and pause, events come again."""

import multiprocessing
import os
import random
import re
import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bot.messages import Incoming, Person
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.letters import OutboxRow
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import unpack_reply
from bot.storage.people import People
from bot.vault import Vault
from bot.work import Worker
from tests import databases
from tests.case_world import CONSENTED, TO_CONSENT, TO_END
from tests.databases import Kind
from tests.faults.delivery import Row, folder_in_memory
from tests.faults.replica import KEY, Given, checklist, event, run, say_back
from tests.faults.run import prepare

WALK = (*TO_CONSENT, *CONSENTED, *TO_END)
"""The way from /start-case to the summary of a case."""

REPLICAS = 3
_START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_AGAIN = 0.3  # share of events that come again, up to three more times
_FORGOTTEN = "-c idle_in_transaction_session_timeout=700"
_PAUSE = (0.9, 1.6)  # seconds, longer than that
_UNHEARD = 3.0  # seconds after which an event that nobody confirmed comes again
_AT_ONCE = 30  # events that nobody confirmed yet
_SERVERS = multiprocessing.get_context("forkserver")
_REFERENCE = re.compile(r"C-\d{4}-\d+")


@dataclass(frozen=True)
class Scene:
    """What is played: on which database, how many people, what each says, and how the replicas are hurt."""

    kind: Kind
    people: int
    texts: Sequence[str]
    checklist: bool = False
    kill_every: tuple[float, float] | None = None
    pause_every: tuple[float, float] | None = None
    seed: int = 1
    mutant: str = ""
    longest: float = 600.0


@dataclass
class Tally:
    """What came of it: events in all, answers missing, answers doubled, wrong or out of order, and what was done."""

    events: int
    missing: int = 0
    wrong: int = 0
    kills: int = 0
    pauses: int = 0
    again: int = 0

    @property
    def failures(self) -> int:
        """Everything that is not as one undisturbed process would have answered."""
        return self.missing + self.wrong


@dataclass
class _Replica:
    process: BaseProcess
    line: Connection
    asleep_until: float = 0.0
    unheard: dict[int, float] = field(default_factory=dict)


def play(scene: Scene) -> Tally:
    """Play a scene to its end and hold the answers against those of one undisturbed process."""
    prepare()
    with folder_in_memory() as folder, databases.on(scene.kind):
        address = databases.address(folder)
        databases.opened(folder).upgrade()
        crew = Crew(scene, Given(_hasty(address), folder, scene.checklist, scene.mutant))
        try:
            crew.play(address)
        finally:
            crew.end()
        told = answers(address, folder)
    with folder_in_memory() as folder:
        wanted = _undisturbed(scene, folder)
    tally = Tally(scene.people * len(scene.texts), kills=crew.kills, pauses=crew.pauses, again=crew.again)
    for number in range(scene.people):
        found = told[f"slack:D{number}"]
        tally.missing += max(0, len(wanted) - len(found))
        tally.wrong += sum(ours != theirs for ours, theirs in zip(found, wanted, strict=False))
        tally.wrong += max(0, len(found) - len(wanted))
    return tally


def said(person: int, turn: int, text: str) -> Incoming:
    """What a person says at a turn."""
    at = _START + timedelta(minutes=turn)
    return Incoming(Person("slack", f"U{person}"), text, at, conversation=f"slack:D{person}", id=f"{person}.{turn}")


def answers(address: str, folder: Path) -> dict[str, list[str]]:
    """What every person was answered, in the order in which it was written; numbers of cases left out."""
    database, vault = Database(address), Vault.open(KEY, folder)
    found = defaultdict[str, list[str]](list)
    with database.read() as session:
        for row in session.execute(select(OutboxRow).order_by(col(OutboxRow.id))).scalars():
            text = unpack_reply(vault.unlock(row.text)).text
            found[row.dest].append(_REFERENCE.sub("C", text))
    database.close()
    return found


def _undisturbed(scene: Scene, folder: Path) -> list[str]:
    """What one process answers one person."""
    address = f"sqlite:///{folder / 'one.db'}"
    database, vault = Database(address), Vault.open(KEY, folder)
    database.upgrade()
    inbox, outbox = Inbox(database, vault), Outbox(database, vault)
    answer = checklist(database, vault) if scene.checklist else say_back(People(database, vault))
    inbox.keep([event(said(0, turn, text)) for turn, text in enumerate(scene.texts)])
    worker = Worker(database, inbox, outbox, answer)
    while worker.work():
        pass
    database.close()
    return answers(address, folder)["slack:D0"]


def _hasty(address: str) -> str:
    """The address for a replica: a server that soon ends what a stopped process holds."""
    return address if address.startswith("sqlite") else f"{address}%20{_FORGOTTEN.replace(' ', '%20')}"


class Crew:
    """The replicas, and the people who talk to whichever hears them."""

    def __init__(self, scene: Scene, given: Given) -> None:
        self._scene, self._given, self._random = scene, given, random.Random(scene.seed)
        self._replicas: list[_Replica] = []
        self._turns = dict.fromkeys(range(scene.people), 0)
        self._under_way: dict[int, tuple[int, int]] = {}
        self._coming_again: list[tuple[float, int, int]] = []
        self._numbers = 0
        self.kills = self.pauses = self.again = 0

    def play(self, address: str) -> None:
        """Until everybody has said everything and nothing waits; raises TimeoutError when that takes too long."""
        database = Database(address)
        inbox = Inbox(database, Vault.open(KEY, self._given.folder))
        end = time.monotonic() + self._scene.longest
        kill_at, pause_at = self._next(self._scene.kill_every), self._next(self._scene.pause_every)
        while time.monotonic() < end:
            self._fill()
            self._wake()
            self._hear()
            self._speak()
            moment = time.monotonic()
            if moment >= kill_at:
                self._kill()
                kill_at = self._next(self._scene.kill_every)
            if moment >= pause_at:
                self._pause()
                pause_at = self._next(self._scene.pause_every)
            if not self._turns and not self._under_way and not self._coming_again and not inbox.count():
                database.close()
                return
        raise TimeoutError(f"{len(self._turns)} people, {inbox.count()} events still to do")

    def end(self) -> None:
        """Stop every replica."""
        for replica in self._replicas:
            replica.process.kill()
            replica.process.join()

    def _fill(self) -> None:
        for replica in [r for r in self._replicas if not r.process.is_alive()]:
            replica.process.join()
            if replica.process.exitcode != -signal.SIGKILL:
                raise RuntimeError(f"a replica ended by itself with {replica.process.exitcode}; see its output")
            self._lose(replica)
        while len(self._replicas) < REPLICAS:
            ours, theirs = _SERVERS.Pipe()
            process = _SERVERS.Process(target=run, args=(self._given, theirs), daemon=True)
            process.start()
            theirs.close()
            self._replicas.append(_Replica(process, ours))

    def _lose(self, replica: _Replica) -> None:
        """A replica is gone: what it did not confirm comes again, elsewhere."""
        self._replicas.remove(replica)
        replica.line.close()
        for number in replica.unheard:
            self._again(*self._under_way.pop(number))

    def _again(self, person: int, turn: int) -> None:
        self._coming_again.append((time.monotonic() + self._random.uniform(0.0, 0.5), person, turn))
        self.again += 1

    def _speak(self) -> None:
        """Everybody says the next thing once the last was confirmed; what comes again comes when it is time."""
        moment = time.monotonic()
        for due in [due for due in self._coming_again if due[0] <= moment]:
            self._coming_again.remove(due)
            self._send(due[1], due[2])
        busy = {person for person, turn in self._under_way.values() if turn == self._turns.get(person)}
        waiting = {person for _, person, turn in self._coming_again if turn == self._turns.get(person)}
        free = [person for person in self._turns if person not in busy | waiting]
        room = max(0, _AT_ONCE - len(self._under_way))
        for person in self._random.sample(free, min(len(free), room)):
            self._send(person, self._turns[person])

    def _send(self, person: int, turn: int) -> None:
        replica = self._random.choice(self._replicas)
        self._numbers += 1
        try:
            replica.line.send((self._numbers, event(said(person, turn, self._scene.texts[turn]))))
        except OSError:
            self._again(person, turn)
            return
        self._under_way[self._numbers] = person, turn
        replica.unheard[self._numbers] = time.monotonic()

    def _hear(self) -> None:
        """Take in confirmations; who is not heard for long is told again, as a platform would."""
        lines = {replica.line: replica for replica in self._replicas}
        for line in wait(list(lines), timeout=0.005):
            assert isinstance(line, Connection)
            try:
                number, kept = line.recv()
            except (EOFError, OSError):
                continue
            lines[line].unheard.pop(number, None)
            if number in self._under_way:
                self._confirmed(*self._under_way.pop(number), kept)
        late = time.monotonic() - _UNHEARD
        for replica in self._replicas:
            for number in [number for number, sent in replica.unheard.items() if sent < late]:
                del replica.unheard[number]
                self._again(*self._under_way.pop(number))

    def _confirmed(self, person: int, turn: int, kept: bool) -> None:
        if not kept:
            self._again(person, turn)
            return
        if self._turns.get(person) == turn:
            self._turns[person] += 1
            if turn + 1 == len(self._scene.texts):
                del self._turns[person]
            if self._random.random() < _AGAIN:
                for _ in range(self._random.randint(1, 3)):
                    self._again(person, turn)

    def _kill(self) -> None:
        replica = self._random.choice(self._replicas)
        replica.process.kill()
        self.kills += 1

    def _pause(self) -> None:
        awake = [replica for replica in self._replicas if not replica.asleep_until and replica.process.is_alive()]
        if len(awake) < 2:
            return
        replica = self._random.choice(awake)
        os.kill(replica.process.pid or 0, signal.SIGSTOP)
        replica.asleep_until = time.monotonic() + self._random.uniform(*_PAUSE)
        self.pauses += 1

    def _wake(self) -> None:
        for replica in self._replicas:
            if replica.asleep_until and time.monotonic() >= replica.asleep_until:
                replica.asleep_until = 0.0
                os.kill(replica.process.pid or 0, signal.SIGCONT)

    def _next(self, every: tuple[float, float] | None) -> float:
        return time.monotonic() + self._random.uniform(*every) if every else float("inf")


_PROMISE = "each event answered once, of one person in order, as one process would"


def scenes(events: int, walks: int) -> Sequence[tuple[str, Scene]]:
    """Every scene: as many events said back, and as many walks of the checklist, on each database."""
    turns = 20
    talk = [f"bericht {number}" for number in range(turns)]
    found = []
    for kind in Kind:
        on = f"three replicas on {databases.NAMES[kind]}"
        hurt = Scene(kind, -(-events // turns), talk, kill_every=(0.4, 1.2), pause_every=(0.5, 1.5))
        found.append((f"{on}: quick messages, delivered 1–4 times", hurt))
        found.append((f"{on}: people walk /start-case", replace(hurt, people=walks, texts=WALK, checklist=True)))
    return found


MUTANTS = {
    mutant: Scene(Kind.POSTGRESQL, 12, [f"bericht {number}" for number in range(12)], mutant=mutant)
    for mutant in ("any order", "every delivery")
}


def rows(quick: bool = False) -> Iterator[Row]:
    """Play everything and count."""
    events, walks = (400, 6) if quick else (5_000, 30)
    for fault, scene in scenes(events, walks):
        tally = play(scene)
        how = f"SIGKILL and SIGSTOP at random: {tally.kills} kills, {tally.pauses} pauses; {tally.again} came again"
        yield Row(fault, how, _PROMISE, tally.events, tally.failures)
    for mutant, scene in MUTANTS.items():
        caught = play(scene).failures > 0
        yield Row(f"the inbox with one thing broken: {mutant}", "mutant", "the count notices", 1, int(not caught))
