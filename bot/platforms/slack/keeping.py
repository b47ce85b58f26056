"""Writing down what came in, several at a time: each waits until it is committed, together they wait once.

One by one, a burst would queue for the database's only pen, and Slack wants its answer within three seconds.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from bot.storage.inbox import Arrived, Inbox

_log = logging.getLogger(__name__)
_MOST = 100  # events in one transaction


@dataclass
class Keeper:
    """Keeps events in the inbox in the order in which they came."""

    inbox: Inbox
    _waiting: list[tuple[Arrived, "asyncio.Future[bool]"]] = field(default_factory=list)
    _writing: "asyncio.Task[None] | None" = None

    async def keep(self, arrived: Arrived) -> bool:
        """Write it down; True when it is there for good, so that Slack may be told."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrived, done))
        if self._writing is None or self._writing.done():
            # A task of its own: whoever came first would wait for all who come after, and Slack with them.
            self._writing = asyncio.get_running_loop().create_task(self._empty())
        return await done

    async def _empty(self) -> None:
        """Write what waits, also what comes while writing."""
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            kept = await self._write([arrived for arrived, _ in batch])
            for _, done in batch:
                if not done.done():
                    done.set_result(kept)

    async def _write(self, events: list[Arrived]) -> bool:
        try:
            await asyncio.to_thread(self.inbox.keep, events)
        except Exception as error:
            # Its name only: the text of a database error can hold what a person typed.
            _log.error("%d events cannot be kept: %s", len(events), type(error).__name__)
            return False
        return True
