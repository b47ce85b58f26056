"""From what came in to what goes out: an event and everything it brings about are one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot import crash
from bot.bell import Bell
from bot.messages import Incoming, Reply, Room
from bot.platforms import Handler
from bot.pulse import WORKER, Pulse
from bot.storage.database import CollisionError, Database
from bot.storage.inbox import Inbox, Waiting
from bot.storage.letters import Address
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import names_in

_log = logging.getLogger(__name__)
_IDLE = 1.0  # seconds between looks at an inbox nobody rang for: another process may have filled it
_AFTER_FAILURE = 5.0  # seconds
_COLLISIONS = 5  # times in a row that one event may be in the way of other work


@dataclass
class Worker:
    """Answers what waits in the inbox, in order for one person in one place. Any number may run on one database."""

    database: Database
    inbox: Inbox
    outbox: Outbox
    handle: Handler
    posted: Callable[[], None] = lambda: None
    bell: Bell = field(default_factory=Bell)
    pulse: Pulse = field(default_factory=Pulse)

    async def run(self) -> None:
        """Work until cancelled. A failure of one round leaves the event where it was, waits and goes on."""
        while True:
            try:
                worked = await asyncio.to_thread(self.work)
            except Exception as error:
                # Its name only: a traceback can hold what a person typed.
                _log.error("work failed, the event waits: %s", type(error).__name__)
                self.pulse.fault(WORKER, error)
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            self.pulse.beat(WORKER)
            if worked:
                self.posted()
            else:
                await self.bell.wait(_IDLE)

    def work(self) -> bool:
        """Answer one event; False when none waits. Dying anywhere in between leaves it as if it had not begun."""
        for _ in range(_COLLISIONS):
            with suppress(CollisionError):
                return self._work()
        return self._work()

    def _work(self) -> bool:
        with self.database.unit():
            waiting = self.inbox.take()
            if waiting is None:
                return False
            crash.point("taken")
            self._put(waiting, self.handle(waiting.incoming))
            crash.point("answered_event")
        crash.point("worked")
        return True

    def _put(self, waiting: Waiting, replies: Sequence[Reply]) -> None:
        person, at = waiting.incoming.person, waiting.incoming.at
        # What is said in one breath is about the same: a step may name its case and the echo before it not.
        about = {person.key}.union(*(names_in(reply, person.platform) for reply in replies))
        for number, reply in enumerate(replies):
            key = f"reply/{person.platform}/{waiting.id}/{at.timestamp()}/{number}"
            self.outbox.reply(key, address(waiting.incoming, reply), reply, at, about)


def address(incoming: Incoming, reply: Reply) -> Address:
    """Where a reply goes: where it was asked, unless the message or the reply says otherwise."""
    if reply.direct and incoming.room is not Room.DIRECT:
        return Address(incoming.person.key)
    dest = incoming.reply_to or incoming.conversation
    thread = "" if incoming.reply_to else incoming.thread
    only = incoming.person.id if reply.private and incoming.room is not Room.DIRECT else ""
    return Address(dest, thread, incoming.edits if reply.replaces else "", only)
