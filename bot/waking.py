"""Beside the conversations: the clock that ticks and the senders that post, until the process ends."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.outbox import Sender
from bot.pulse import CLOCK, Pulse
from bot.reminders import TICK, Clock

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

_log = logging.getLogger(__name__)
_MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Waking:
    """The clock and the senders of every platform that is on."""

    clock: Clock
    senders: Sequence[Sender]
    now: Callable[[], datetime]
    pulse: Pulse = field(default_factory=Pulse)

    async def run(self) -> None:
        """Tick and send until cancelled; the first tick comes at once."""
        ticking = _scheduler(self.tick)
        ticking.start()
        try:
            await asyncio.gather(*(sender.run() for sender in self.senders))
        finally:
            ticking.shutdown(wait=False)

    async def once(self) -> None:
        """One tick, and what is due then; for a conversation over a pipe. What fails waits for the next time."""
        self.tick()
        try:
            for sender in self.senders:
                for _ in range(_MOST_AT_ONCE):
                    if not await sender.run_once():
                        break
        except Exception as error:
            _log.error("sending failed, it is tried again later: %s", type(error).__name__)

    def tick(self) -> None:
        """One tick; one that fails is followed by the next."""
        try:
            self.clock.tick(self.now())
        except Exception as error:
            # Its name only: a traceback can hold what a person typed.
            _log.error("a tick failed, the next comes in %d seconds: %s", TICK.total_seconds(), type(error).__name__)
            self.pulse.fault(CLOCK, error)
        else:
            self.pulse.beat(CLOCK)


def _scheduler(tick: Callable[[], None]) -> "AsyncIOScheduler":
    """APScheduler, ticking from the first moment on; the tables are the truth, so it keeps its jobs in memory."""
    from apscheduler.jobstores.memory import MemoryJobStore  # type: ignore[import-untyped]
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # a terminal over a pipe does without

    made = AsyncIOScheduler(
        jobstores={"default": MemoryJobStore()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    # APScheduler lives by the machine's clock; what is due is decided by `now`. In a thread: a tick waits for the disk.
    first = datetime.now(UTC)
    made.add_job(_aside, "interval", args=[tick], seconds=TICK.total_seconds(), next_run_time=first)
    return made


async def _aside(tick: Callable[[], None]) -> None:
    await asyncio.to_thread(tick)
