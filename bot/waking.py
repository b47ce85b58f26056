"""Beside the conversations: the clock that ticks and the senders that post, until the process ends."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.outbox import Sender
from bot.reminders import Clock, scheduler

_log = logging.getLogger(__name__)
_MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Waking:
    """The clock and the senders of every platform that is on."""

    clock: Clock
    senders: Sequence[Sender]
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Tick and send until cancelled; the first tick comes at once."""
        ticking = scheduler(self.clock, self.now)
        ticking.start()
        try:
            await asyncio.gather(*(sender.run() for sender in self.senders))
        finally:
            ticking.shutdown(wait=False)

    async def once(self) -> None:
        """One tick, and what is due then; for a conversation over a pipe. What fails waits for the next time."""
        try:
            self.clock.tick(self.now())
            for sender in self.senders:
                for _ in range(_MOST_AT_ONCE):
                    if not await sender.run_once():
                        break
        except Exception:
            _log.exception("a tick failed; the next comes after the next message")
