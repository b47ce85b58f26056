"""One replica of the bot, as it runs in the product: takes events in, answers what waits. Runs until killed."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from sqlmodel import Session, select

from bot.assistant import Assistant
from bot.cases.desk import Desk
from bot.cases.dialog import CaseDialog
from bot.messages import Incoming, Reply
from bot.storage.cases import Cases
from bot.storage.database import Database, StorageError
from bot.storage.dialect import locked
from bot.storage.inbox import Arrived, Inbox, InboxRow, Waiting
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import unpack_incoming
from bot.storage.people import People, Profile
from bot.vault import Vault
from bot.work import Worker
from tests.case_world import answerer, contacts, provisions, roles, scripts

Answer = Callable[[Incoming], Sequence[Reply]]

KEY = "a key for replicas"
_IDLE = 0.01  # seconds


@dataclass(frozen=True)
class Given:
    """What a replica is told: where, whether it knows the checklist or only says back, and what is broken in it."""

    address: str
    folder: Path
    checklist: bool
    mutant: str = ""


def run(given: Given, events: Connection) -> None:
    """Take in what comes through `events` and say so, and answer what waits; until killed."""
    database = Database(given.address)
    vault = Vault.open(KEY, given.folder)
    outbox = Outbox(database, vault)
    inbox = {"any order": AnyOrder, "every delivery": EveryDelivery}.get(given.mutant, Inbox)(database, vault)
    answer = checklist(database, vault) if given.checklist else say_back(People(database, vault))
    threading.Thread(target=_take_in, args=(inbox, events), daemon=True).start()
    worker = Worker(database, inbox, outbox, answer)
    while True:
        try:
            worked = worker.work()
        except StorageError:  # stopped in the middle, or in the way of others: the event waits
            worked = False
        if not worked:
            time.sleep(_IDLE)


class AnyOrder(Inbox):
    """Broken: what one person says is under way in several replicas at once."""

    def take(self) -> Waiting | None:
        """Any event that nobody else is answering."""
        with self._database.write() as session:
            row = session.execute(locked(session, select(InboxRow).limit(1), InboxRow)).scalars().first()
            if row is None:
                return None
            taken = Waiting(row.id or 0, unpack_incoming(self._vault.unlock(row.event)))
            session.delete(row)
            return taken


class EveryDelivery(Inbox):
    """Broken: an event that comes again is taken for a new one."""

    def _is_new(self, session: Session, event: Arrived) -> bool:
        return True


def _take_in(inbox: Inbox, events: Connection) -> None:
    while True:
        number, arrived = events.recv()
        try:
            inbox.keep([arrived])
        except StorageError:
            events.send((number, False))
        else:
            events.send((number, True))


def say_back(people: People) -> Answer:
    """Says the text back, and remembers it as the person's school: something to read and to write."""

    def answer(incoming: Incoming) -> Sequence[Reply]:
        before = people.profile(incoming.person.key).school
        people.remember(incoming.person.key, Profile(school=incoming.text))
        return [Reply(f"{before} → {incoming.text}")]

    return answer


def checklist(database: Database, vault: Vault) -> Answer:
    """The checklist of a case, with the shipped content."""
    desk = Desk(
        cases=Cases(database, vault), scripts=scripts(), contacts=contacts, roles=roles(), provisions=provisions()
    )
    return Assistant(answerer, [CaseDialog(desk)]).handle


def event(incoming: Incoming) -> Arrived:
    """An event as a platform gives it, under its name."""
    return Arrived((f"event/{incoming.id}",), incoming)
