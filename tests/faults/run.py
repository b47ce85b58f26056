"""Runs of the outbox under faults: workers die and pause, and the truth is compared with what was due."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import func, select

from bot import crash
from bot.storage.database import Database
from bot.storage.letters import OutboxRow, State
from bot.storage.reminder_store import ReminderRow, Reminders, Stage
from bot.vault import Vault
from tests import databases
from tests.databases import Kind
from tests.faults.platform import Manners, ask, serve
from tests.faults.worker import POLICY, SETTLE, Orders, now, work
from workflows.due import Occurrence

POINTS = ("firing", "fired", "claimed", "composed", "answered", "looked_up", "done")
"""Every named point of the way from a reminder to a mark."""

_CHANNELS = 60
_WATCH_EVERY = 5.0  # seconds
_AFTERMATH = 0.5  # seconds in which a worker that just woke could still do harm
_SERVERS = multiprocessing.get_context("forkserver")


@dataclass
class Tally:
    """What came of a run."""

    reminders: int
    workers: int
    lost: int = 0
    doubled: int = 0
    early: int = 0
    disordered: int = 0
    kills: int = 0
    pauses: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)

    @property
    def failures(self) -> int:
        """Lost, doubled, or called before Retry-After had passed."""
        return self.lost + self.doubled + self.early

    def __add__(self, other: "Tally") -> "Tally":
        """Two runs as one."""
        theirs = vars(other)
        return Tally(**{k: v if k == "workers" else v + theirs[k] for k, v in vars(self).items()})


@dataclass(frozen=True)
class Scene:
    """A run to be: how many reminders and workers, how they are hurt, and with which mutant."""

    reminders: int
    workers: int = 1
    kill_every: tuple[float, float] | None = None
    pause_every: tuple[float, float] | None = None
    crash_points: Sequence[str] = ()
    pause_point: str = ""
    mutant: str = ""
    manners: Manners = field(default_factory=Manners)
    seed: int = 1
    spread: float = 2.0
    down: float = 0.0
    most_kills: int = 1_000_000
    longest: float = 60.0
    kind: Kind = Kind.SQLITE


def prepare() -> None:
    """Let new processes start from one that has everything imported: a start takes milliseconds."""
    _SERVERS.set_forkserver_preload(["tests.faults.preload"])


def run(scene: Scene, folder: Path) -> Tally:
    """Play a scene to its end; raises TimeoutError when it does not end."""
    prepare()
    with databases.on(scene.kind):
        return _run(scene, folder, databases.address(folder))


def _run(scene: Scene, folder: Path, address: str) -> Tally:
    database = Database(address)
    database.upgrade()
    Vault.open("", folder)
    wanted = seed(database, scene.reminders, scene.spread)
    start = time.monotonic()
    with _platform(replace(scene.manners, seed=scene.seed)) as port:
        crew = Crew(scene, folder, port, address)
        try:
            crew.play(database)
        finally:
            crew.end()
        truth = ask(port, {"op": "truth"})
    tally = Tally(
        scene.reminders, scene.workers, kills=crew.kills, pauses=crew.pauses, seconds=time.monotonic() - start
    )
    posted = Counter(truth["texts"])
    tally.lost = sum(1 for text in wanted if not posted[text])
    tally.doubled = sum(1 for count in posted.values() if count > 1)
    tally.early = truth["counts"].get("early", 0)
    tally.disordered = _disordered(truth["order"], wanted)
    tally.injected = Counter(truth["counts"])
    tally.states = Counter(_states(database))
    tally.memory = crew.memory
    database.close()
    return tally


def seed(database: Database, count: int, spread: float = 2.0, channels: int = _CHANNELS) -> list[str]:
    """Plan reminders that fall due within `spread` seconds; returns the texts to be posted, in order."""
    reminders, start = Reminders(database), now()
    for channel in range(channels):
        numbers = range(channel, count, channels)
        due = [_occurrence(n, channel, start + timedelta(seconds=spread * n / count)) for n in numbers]
        reminders.plan("action", f"A-{channel}", due, start - timedelta(days=1), start + timedelta(days=1))
    return [f"A-{n % channels}/{n}" for n in range(count)]


def _occurrence(number: int, channel: int, at):  # type: ignore[no-untyped-def]
    wall = at.replace(tzinfo=None)
    dest = f"fake:{channel}"
    return Occurrence(str(number), f"A-{channel}", 0, date(2026, 11, 24), wall, "Europe/Amsterdam", at, "owner", dest)


class Crew:
    """The workers of a scene, and what is done to them."""

    def __init__(self, scene: Scene, folder: Path, port: int, address: str) -> None:
        self._scene, self._random = scene, random.Random(scene.seed)
        self._orders = Orders(folder, port, "", address, mutant=scene.mutant)
        self._crashes = list(scene.crash_points)
        self._workers: list[BaseProcess] = []
        self._asleep: dict[int, float] = {}
        self._born = self.kills = self.pauses = 0
        self._up_at = self._watch_at = 0.0
        self.memory: list[float] = []

    def play(self, database: Database) -> None:
        """Until everything is finished: keep the crew up to strength, and hurt it."""
        end = time.monotonic() + self._scene.longest
        kill_at, pause_at = self._next(self._scene.kill_every), self._next(self._scene.pause_every)
        look_at, finished = 0.0, False
        while time.monotonic() < end:
            self._fill()
            self._wake()
            moment = time.monotonic()
            if moment >= kill_at and not finished:
                self._kill()
                kill_at = self._next(self._scene.kill_every)
            if moment >= pause_at and not finished:
                self._pause()
                pause_at = self._next(self._scene.pause_every)
            if moment >= look_at:
                self._watch(moment)
                look_at, finished = moment + 0.1, not self._crashes and _finished(database)
                if finished and not self._asleep:
                    time.sleep(_AFTERMATH)
                    return
            time.sleep(0.005)
        raise TimeoutError(f"not finished in {self._scene.longest} s: {_states(database)}")

    def end(self) -> None:
        """Stop every worker."""
        for worker in self._workers:
            worker.kill()
            worker.join()

    def _fill(self) -> None:
        for worker in [w for w in self._workers if not w.is_alive()]:
            worker.join()
            self._workers.remove(worker)
            self._up_at = time.monotonic() + self._scene.down
            if worker.exitcode not in (-signal.SIGKILL, crash.CRASHED):
                raise RuntimeError(f"a worker ended by itself with {worker.exitcode}; see its output")
            if worker.exitcode == crash.CRASHED and self._crashes:
                self._crashes.pop(0)
                self.kills += 1
        while len(self._workers) < self._scene.workers and time.monotonic() >= self._up_at:
            self._born += 1
            worker = _SERVERS.Process(target=work, args=(self._given(),), daemon=True)
            worker.start()
            self._workers.append(worker)

    def _given(self) -> Orders:
        # One worker at a time is told where to die, one in all to pause; the others carry on.
        dies = self._crashes[0] if self._crashes and not self._workers else ""
        pauses = self._scene.pause_point if self._born == 1 else ""
        return replace(self._orders, owner=f"w{self._born}", crash_at=dies, pause_at=pauses)

    def _watch(self, moment: float) -> None:
        """Note the memory of the first worker, in megabytes, every few seconds."""
        if moment >= self._watch_at and self._workers:
            self._watch_at = moment + _WATCH_EVERY
            self.memory.append(resident(self._workers[0].pid or 0))

    def _kill(self) -> None:
        if not self._workers or self.kills >= self._scene.most_kills:
            return
        worker = self._random.choice(self._workers)
        if worker.pid not in self._asleep:
            worker.kill()
            self.kills += 1

    def _pause(self) -> None:
        """Stop a worker for longer than the lease; never all at once."""
        awake = [w for w in self._workers if w.pid and w.pid not in self._asleep and w.is_alive()]
        if len(awake) < 2:
            return
        pid = self._random.choice(awake).pid or 0
        os.kill(pid, signal.SIGSTOP)
        lease = POLICY.lease.total_seconds()
        self._asleep[pid] = time.monotonic() + self._random.uniform(1.05 * lease, 1.4 * lease)
        self.pauses += 1

    def _wake(self) -> None:
        if self._scene.pause_point and self._born >= 1 and not self.pauses:
            self._notice_pause()
        for pid in [pid for pid, until in self._asleep.items() if time.monotonic() >= until]:
            os.kill(pid, signal.SIGCONT)
            del self._asleep[pid]

    def _notice_pause(self) -> None:
        """A worker that stopped itself at its point sleeps until the others have surely sent its post."""
        pid = self._workers[0].pid or 0
        if _is_stopped(pid):
            self.pauses += 1
            self._asleep[pid] = time.monotonic() + (POLICY.lease + SETTLE).total_seconds() + 1.5

    def _next(self, every: tuple[float, float] | None) -> float:
        return time.monotonic() + self._random.uniform(*every) if every else float("inf")


@contextmanager
def _platform(manners: Manners) -> Iterator[int]:
    ours, theirs = _SERVERS.Pipe()
    process = _SERVERS.Process(target=serve, args=(manners, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def resident(pid: int | str = "self") -> float:
    """The memory of a process in megabytes, 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def _finished(database: Database) -> bool:
    with database.read() as session:
        open_posts = session.execute(select(func.count()).where(OutboxRow.next_try.is_not(None))).scalar_one()  # type: ignore[union-attr]
        planned = session.execute(select(func.count()).where(ReminderRow.state == Stage.PLANNED)).scalar_one()  # type: ignore[arg-type]
    return not open_posts and not planned


def _states(database: Database) -> dict[State, int]:
    with database.read() as session:
        return dict(session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state)).all())  # type: ignore[call-overload]


def _disordered(order: list[tuple[str, str]], wanted: list[str]) -> int:
    """How many posts came in their channel after one that was due later."""
    place = {text: n for n, text in enumerate(wanted)}
    last: dict[str, int] = {}
    wrong = 0
    for dest, text in order:
        wrong += place[text] < last.get(dest, -1)
        last[dest] = max(last.get(dest, -1), place[text])
    return wrong
