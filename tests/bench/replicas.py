"""Many people walking the checklist, answered by replicas on one PostgreSQL that waits for the disk as SQLite does."""

import multiprocessing
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep

from bot.messages import Incoming, Reply
from bot.storage.database import Database
from bot.storage.inbox import Arrived, Inbox
from bot.storage.outbox_store import Outbox
from bot.vault import Vault
from bot.work import Worker
from tests.faults.replica import KEY, checklist
from tests.postgres import Server

REPLICAS = 2
_DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")
_START = multiprocessing.get_context("spawn")
_IDLE = 1.0  # seconds between looks at an inbox that another replica may have filled, as in the product


@dataclass(frozen=True)
class _Done:
    """An event answered: its id, and when (seconds of the machine's clock, the same in every process)."""

    id: str
    at: float


def answered(messages: Iterable[tuple[float, Arrived]], folder: Path) -> list[float]:
    """Seconds from each message, said at its moment to the replicas in turn, to its answer in the outbox."""
    server = Server(*_DURABLE)
    try:
        return _answered(messages, server.address(server.make()), folder)
    finally:
        server.remove()


def _answered(messages: Iterable[tuple[float, Arrived]], address: str, folder: Path) -> list[float]:
    with closing(Database(address)) as database:
        database.upgrade()
        inbox = Inbox(database, Vault.open(KEY, folder))
        lines = [_replica(address, folder) for _ in range(REPLICAS)]
        begun = dict[str, float]()
        for number, (at, event) in enumerate(messages):
            sleep(max(0.0, at - monotonic()))
            begun[event.incoming.id] = monotonic()
            lines[number % REPLICAS].send(event)
        while inbox.count():
            sleep(0.01)
        done = [one for line in lines for one in _ended(line)]
    if sorted(one.id for one in done) != sorted(begun):
        raise AssertionError(f"{len(begun)} messages, {len(done)} answered")
    return [one.at - begun[one.id] for one in done]


def _replica(address: str, folder: Path) -> Connection:
    """A replica that has begun."""
    ours, theirs = _START.Pipe()
    _START.Process(target=_run, args=(address, folder, theirs), daemon=True).start()
    theirs.close()
    ours.recv()
    return ours


def _ended(line: Connection) -> list[_Done]:
    line.send(None)
    done: list[_Done] = line.recv()
    return done


def _run(address: str, folder: Path, line: Connection) -> None:
    """Take in and answer, as the bot does, until told to stop; then tell what was answered when."""
    with closing(Database(address)) as database:
        vault = Vault.open(KEY, folder)
        worker = Worker(database, Inbox(database, vault), Outbox(database, vault), checklist(database, vault))
        bell, ended = threading.Event(), threading.Event()
        line.send(None)
        threading.Thread(target=_take_in, args=(worker.inbox, line, bell, ended), daemon=True).start()
        line.send(_work(worker, bell, ended))


def _take_in(inbox: Inbox, line: Connection, bell: threading.Event, ended: threading.Event) -> None:
    for event in iter(line.recv, None):
        inbox.keep([event])
        bell.set()
    ended.set()
    bell.set()


def _work(worker: Worker, bell: threading.Event, ended: threading.Event) -> list[_Done]:
    done, answered = list[_Done](), noting(worker)
    while True:
        bell.clear()
        last = ended.is_set()
        if worker.work():
            done.append(_Done(answered[-1], monotonic()))
        elif last:
            return done
        else:
            bell.wait(_IDLE)


def noting(worker: Worker) -> list[str]:
    """The ids of the events that a worker answers, from now on; one that is tried again is there again."""
    begun, answer = list[str](), worker.handle

    def handle(incoming: Incoming) -> Sequence[Reply]:
        begun.append(incoming.id)
        return answer(incoming)

    worker.handle = handle
    return begun
