"""One worker, as it runs in the product: moves what is due to the outbox and sends it. Runs until killed."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import crash
from bot.delivery import Absent, Outcome, Post, Recall, Refused, Sent, Unknown
from bot.messages import Reply
from bot.outbox import Sender
from bot.storage.database import Database
from bot.storage.letters import Letter, Policy
from bot.storage.reminder_store import Reminders
from bot.vault import Vault
from tests.faults.platform import call

TIMEOUT = 0.3
POLICY = Policy(
    lease=timedelta(seconds=1.0),
    margin=timedelta(seconds=0.4),
    spacing=timedelta(),
    most_tries=50,  # a run counts lost and doubled; giving up has its own test
    first_wait=timedelta(seconds=0.05),
    longest_wait=timedelta(seconds=0.5),
)
SETTLE = timedelta(seconds=1.5)
"""Longer than the lease, the request and the platform's lag: a pause of a whole lease at any point does no harm."""


@dataclass(frozen=True)
class Orders:
    """What a worker is told: where, who it is, where to die or to pause, and what is broken in it on purpose."""

    folder: Path
    port: int
    owner: str
    address: str
    crash_at: str = ""
    pause_at: str = ""
    mutant: str = ""


class Wire:
    """The delivery to the platform of the harness."""

    platform = "fake"
    recall = Recall(look_up=True, settle=SETTLE)

    def __init__(self, port: int) -> None:
        self._port = port

    async def send(self, post: Post) -> Outcome:
        """Post; a lost answer is unknown, never a failure."""
        request = {"op": "post", "marker": post.marker, "dest": post.dest, "text": post.reply.text}
        try:
            answer = await call(self._port, request, TIMEOUT)
        except ConnectionRefusedError:
            return Refused("connection")
        except (OSError, TimeoutError):
            return Unknown("lost")
        if answer["status"] == 429:
            return Refused("rate", timedelta(seconds=answer["retry_after"]))
        return Sent(answer["id"])

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Look in the history."""
        try:
            answer = await call(self._port, {"op": "look", "marker": post.marker}, TIMEOUT)
        except (OSError, TimeoutError):
            return Unknown("lost")
        return Sent(answer["id"]) if answer["id"] else Absent()

    async def take_back(self, post: Post) -> Outcome:
        """Not played here."""
        raise NotImplementedError

    async def sweep(self, post: Post) -> Outcome:
        """Not played here."""
        raise NotImplementedError


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def work(orders: Orders) -> None:
    """Work until killed."""
    from tests.faults import mutants  # it needs this module

    if orders.crash_at:
        os.environ["CRASH_AT"] = orders.crash_at
    if orders.pause_at:
        crash.point = _pausing(orders.pause_at)
    database = Database(orders.address)
    outbox = mutants.outbox(orders.mutant)(database, Vault.open("", orders.folder), POLICY)
    reminders = Reminders(database)
    sender_type, wire = mutants.sender(orders.mutant), mutants.wire(orders.mutant)(orders.port)
    asyncio.run(_work(reminders, sender_type(outbox, wire, _composer(reminders), orders.owner, now)))


async def _work(reminders: Reminders, sender: Sender) -> None:
    while True:
        reminders.fire(now())
        for _ in range(20):
            if not await sender.run_once():
                await asyncio.sleep(0.02)
                break


def _composer(reminders: Reminders):  # type: ignore[no-untyped-def]
    def compose(letter: Letter) -> Reply:
        reminder = reminders.reminder(int(letter.ref))
        assert reminder
        return Reply(f"{reminder.subject}/{reminder.rule}")

    return compose


def _pausing(name: str):  # type: ignore[no-untyped-def]
    paused: list[str] = []

    def point(at: str) -> None:
        if at == name and not paused:
            paused.append(at)
            os.kill(os.getpid(), signal.SIGSTOP)

    return point
