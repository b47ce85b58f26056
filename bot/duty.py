"""What one process at a time does, such as being the device on Matrix: under a lease, and never after it ended."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.holders import is_dead
from bot.storage.database import StorageError
from bot.storage.leases import Leases

LENGTH = timedelta(seconds=60)
"""How long after its holder died another can take over."""

MARGIN = timedelta(seconds=20)
"""So long before its end the holder begins nothing new: longer than a request that was begun can take."""

_log = logging.getLogger(__name__)


@dataclass
class Duty:
    """Something that this process does while it holds the lease of that name, and another does otherwise."""

    leases: Leases
    name: str
    owner: str
    now: Callable[[], datetime]
    length: timedelta = LENGTH
    margin: timedelta = MARGIN
    _fence: int = 0
    _until: float = 0.0
    _told: bool = field(default=False, repr=False)

    def is_ours(self) -> bool:
        """Whether there is time left to begin something; counted here, from before the lease was asked for."""
        return _seconds() < self._until

    @property
    def stands_by(self) -> bool:
        """Whether another process does it now."""
        return self._told

    async def run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Wait for the lease and work until it is lost, over and over; until cancelled, or until the work fails."""
        while True:
            await self._wait()
            working, holding = asyncio.create_task(work()), asyncio.create_task(self._hold())
            try:
                await asyncio.wait([working, holding], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._until = 0.0
                for task in (working, holding):
                    task.cancel()
                await asyncio.wait([working, holding])
            if not working.cancelled():
                return working.result()
            _log.warning("%s: another process has taken over", self.name)

    async def leave(self) -> None:
        """Let another take over at once."""
        fence, self._fence, self._until = self._fence, 0, 0.0
        if fence:
            with suppress(StorageError):  # then it is taken over when the lease ends
                await asyncio.to_thread(self.leases.end, self.name, fence, self.now())

    async def _wait(self) -> None:
        dead: Callable[[str], bool] = is_dead  # only at the very first: later our own number is really our own
        while not await self._ask(lambda dead=dead: self._take(dead)):  # type: ignore[misc]
            if not self._told:
                _log.info("%s is run by another process; waiting", self.name)
            self._told, dead = True, _nobody
            await asyncio.sleep(self._pause)
        self._told = False

    async def _hold(self) -> None:
        """Renew the lease until it is lost."""
        lost = _seconds() + self.length.total_seconds()
        while _seconds() < lost:
            await asyncio.sleep(self._pause)
            if await self._ask(self._renew):
                lost = _seconds() + self.length.total_seconds()
            elif self._fence == 0:
                return

    @property
    def _pause(self) -> float:
        return self.length.total_seconds() / 6

    async def _ask(self, question: Callable[[], bool]) -> bool:
        """Ask the database, in a thread; one that does not answer gives nothing."""
        asked = _seconds()
        try:
            granted = await asyncio.to_thread(question)
        except StorageError:
            return False
        if granted:
            self._until = asked + (self.length - self.margin).total_seconds()
        return granted

    def _take(self, dead: Callable[[str], bool]) -> bool:
        self._fence = self.leases.take(self.name, self.owner, self.now(), self.length, dead)
        return bool(self._fence)

    def _renew(self) -> bool:
        held = self.leases.renew(self.name, self._fence, self.now(), self.length)
        if not held:
            self._fence, self._until = 0, 0.0
        return held


def _nobody(_: str) -> bool:
    return False


def _seconds() -> float:
    """A clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
