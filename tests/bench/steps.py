"""How long a step of the checklist takes, committed durably: with many cases present, and with many people at once."""

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any

from sqlalchemy import text

from bot.messages import Incoming, Person
from bot.storage.inbox import Arrived, Inbox
from bot.storage.letters import State
from bot.storage.outbox_store import Outbox
from bot.vault import Vault
from bot.work import Worker
from tests.bench import replicas
from tests.bench.processes import percentiles
from tests.bench.replicas import noting
from tests.case_world import CONSENTED, NOW, TO_CONSENT, TO_END, World

CASES = 10_000
PEOPLE = (1, 50, 500)
_BETWEEN = {1: (0.4, 1.2), 50: (1.0, 3.0), 500: (8.0, 24.0)}
"""Seconds somebody takes to read a question and answer it, by how many they are; a few are made quicker than people."""

_WALK = (*TO_CONSENT, *CONSENTED, *TO_END)
_TABLES = ("case_file", "case_answer", "case_consent", "case_audit")
_SEED = 7

Figures = dict[str, Any]


def figures(quick: bool = False) -> Figures:
    """Seconds per step: alone with many cases in the database, and for so many people at once."""
    cases, walks, seconds = (1_000, 5, 5.0) if quick else (CASES, 20, 30.0)
    with TemporaryDirectory() as folder:
        alone = _alone(Path(folder), cases, walks)
    at_once = [_at_once(people, seconds) for people in PEOPLE]
    return {"cases": cases, "alone": alone, "at once": at_once, "replicas": _on_replicas(PEOPLE[-1], seconds)}


def _alone(folder: Path, cases: int, walks: int) -> Figures:
    world = World(folder)
    world.walk(*_WALK)
    _copy(world, cases)
    taken = []
    for _ in range(walks):
        world.walk("/start-case nieuw")
        for said in _WALK[1:]:
            start = perf_counter()
            world.say(said)
            taken.append(perf_counter() - start)
    world.database.close()
    return {**percentiles(taken), "steps": len(taken)}


def _copy(world: World, cases: int) -> None:
    """Make so many cases of the one there is; its rows with another reference."""
    with world.database.write() as session:
        for table in _TABLES:
            names = [row[1] for row in session.execute(text(f"PRAGMA table_info({table})")) if row[1] != "id"]
            chosen = ", ".join("'C-2025-' || n" if name == "ref" else name for name in names)
            counted = "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < :cases)"
            copied = f"{counted} SELECT {chosen} FROM {table}, count WHERE ref = 'C-2026-0001'"
            session.execute(text(f"INSERT INTO {table} ({', '.join(names)}) {copied}"), {"cases": cases})


def _at_once(people: int, seconds: float) -> Figures:
    """Everybody walks the checklist over and over; a step is counted from its message to its answer in the outbox."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        vault = Vault.open("", Path(folder))
        inbox, outbox = Inbox(world.database, vault), Outbox(world.database, vault)
        taken: list[float] = []
        begun: dict[str, float] = {}
        worker = Worker(world.database, inbox, outbox, world.assistant.handle)
        stop = threading.Event()
        crew = threading.Thread(target=_work, args=(worker, outbox, begun, taken, stop))
        crew.start()
        for at, event in _messages(people, seconds):
            sleep(max(0.0, at - monotonic()))
            begun[event.incoming.id] = perf_counter()
            inbox.keep([event])
        while inbox.count():
            sleep(0.01)
        stop.set()
        crew.join()
        world.database.close()
    return _told(people, taken, seconds)


def _on_replicas(people: int, seconds: float) -> Figures:
    """The same people and messages, with replicas on PostgreSQL."""
    with TemporaryDirectory() as folder:
        taken = replicas.answered(_messages(people, seconds), Path(folder))
    return {"replicas": replicas.REPLICAS, **_told(people, taken, seconds)}


def _told(people: int, taken: Sequence[float], seconds: float) -> Figures:
    return {"people": people, "steps": len(taken), "a second": len(taken) / seconds, **percentiles(taken)}


def _work(worker: Worker, outbox: Outbox, begun: dict[str, float], taken: list[float], stop: threading.Event) -> None:
    answered = noting(worker)
    while not stop.is_set():
        if worker.work():
            taken.append(perf_counter() - begun[answered[-1]])
        else:
            sleep(0.001)
    if not outbox.letters([State.PENDING], limit=1):
        raise AssertionError("nobody got an answer")


def _messages(people: int, seconds: float) -> Iterator[tuple[float, Arrived]]:
    """Each person's messages, at their own pace, in order of time."""
    chance = random.Random(_SEED)
    start, between = monotonic() + 0.2, _BETWEEN[people]
    planned = []
    for number in range(people):
        at, turn = chance.uniform(0, between[1]), 0
        while at < seconds:
            said = "/start-case nieuw" if turn % len(_WALK) == 0 else _WALK[turn % len(_WALK)]
            planned.append((at, number, turn, said))
            at, turn = at + chance.uniform(*between), turn + 1
    for at, number, turn, said in sorted(planned):
        person, id = Person("slack", f"U{number}"), f"{number}.{turn}"
        incoming = Incoming(person, said, NOW + timedelta(seconds=at), conversation=f"slack:D{number}", id=id)
        yield start + at, Arrived((id,), incoming)
