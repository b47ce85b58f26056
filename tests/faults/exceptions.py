"""Every part of a running bot fails in turn: its loop lives on, and what was asked meanwhile is answered once."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot import outbox, reminders, waking, work
from bot.app import App
from bot.composing import Composer
from bot.facts import Facts
from bot.platforms import slack
from bot.platforms.slack.posting import SlackDelivery
from bot.pulse import CLOCK, WORKER
from bot.serving import serve
from bot.storage.heartbeat import Heartbeat
from bot.storage.inbox import Inbox
from bot.storage.letters import Policy
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminders
from bot.watching import Watch
from knowledge.library import INDEX_NAME
from tests.slack.deliveries import direct, room_of
from tests.slack.house import SETTLES, settings, until
from tests.slack.standin import Standin
from tests.slack.workspace import BOT, IRIS

QUESTION = "nummer veilig thuis"
TIMES = 2
"""How often a part fails before it is well again."""

POINTS: Sequence[tuple[type, str, str]] = (
    (Inbox, "take", WORKER), (Outbox, "reply", WORKER), (Outbox, "claim", ""), (Outbox, "holds", ""),
    (Composer, "__call__", ""), (SlackDelivery, "send", ""), (Outbox, "sent", ""), (Reminders, "fire", CLOCK),
    (Heartbeat, "beat", CLOCK), (Heartbeat, "restored", CLOCK), (Facts, "all", CLOCK),
    (Watch, "complaints", ""),
)  # fmt: skip
"""What fails, and the part of the pulse that must say so."""


IMPATIENT = Policy(
    lease=timedelta(seconds=3), margin=timedelta(seconds=0.2), first_wait=timedelta(seconds=0.3), spacing=timedelta()
)


class InjectedError(Exception):
    """A fault that nobody expects."""


@contextmanager
def failing(owner: type, name: str) -> Iterator[list[int]]:
    """The method fails `TIMES` times; the list holds how often it did."""
    failed: list[int] = []
    real = getattr(owner, name)

    def once(self: Any, *args: Any, **options: Any) -> Any:
        if len(failed) < TIMES:
            failed.append(1)
            raise InjectedError(QUESTION)
        return real(self, *args, **options)

    with patch.object(owner, name, once):
        yield failed


@contextmanager
def hurried() -> Iterator[None]:
    """The same program with shorter waits: a tick and a look every half second, a short wait after a failure."""
    with ExitStack() as stack:
        for module in (work, outbox):
            stack.enter_context(patch.object(module, "_AFTER_FAILURE", 0.3))
        stack.enter_context(patch.object(waking, "TICK", timedelta(seconds=0.5)))
        stack.enter_context(patch.object(reminders, "_PLAN_EVERY", timedelta()))
        stack.enter_context(patch.object(slack, "SETTLE", SETTLES))
        stack.enter_context(patch.object(slack, "connect", partial(slack.connect, settle=SETTLES, ping=1.0)))
        yield


async def trial(home: Path, index: Path, owner: type, name: str, part: str) -> list[str]:
    """One part fails while somebody asks; returns what was not as promised."""
    if not (home / INDEX_NAME).exists():
        (home / INDEX_NAME).symlink_to(index)
    standin = await Standin().start()
    app, stop = App(settings=settings(home, standin.api)), asyncio.Event()
    app.outbox.policy = IMPATIENT
    wrong: list[str] = []

    def answers() -> int:
        return sum(m["user"] == BOT for m in standin.space.messages[room_of(IRIS)])

    with hurried():
        serving = asyncio.create_task(serve(app, ["slack"], stop=stop))
        await until(lambda: len(standin.sockets) == 2 or serving.done(), 60)
        with failing(owner, name) as failed:
            try:
                await standin.send("events_api", direct(standin.space, QUESTION))
                await until(lambda: answers() >= 1 and len(failed) >= TIMES, 30)
                await until(lambda: not app.pulse.trouble(part) if part else True, 10)
                await standin.send("events_api", direct(standin.space, "hallo"))
                await until(lambda: answers() >= 2, 30)
                await asyncio.sleep(SETTLES.total_seconds() + 0.5)
            except TimeoutError:
                wrong.append(f"{answers()} answers, failed {len(failed)} times")
        if serving.done():
            wrong.append("the bot ended")
        if answers() > 2:
            wrong.append(f"{answers()} answers")
        stop.set()
        await asyncio.gather(serving, return_exceptions=True)
    app.database.close()
    await standin.stop()
    return wrong
