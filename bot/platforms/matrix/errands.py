"""What is done aside while nobody waits for it; it ends with the connection, and its failure stops nothing."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from aiohttp import ClientError
from nio.exceptions import LocalProtocolError

from bot.platforms.matrix.homeserver import PlainTextError

_log = logging.getLogger(__name__)


class Errands:
    """The errands of one connection."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin something; `name` says in the log what was not done."""
        task = asyncio.create_task(_quietly(name, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def end(self) -> None:
        """Break off what is not done."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _quietly(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (ClientError, TimeoutError, LocalProtocolError, PlainTextError) as error:
        _log.warning("not done, %s: %s", name, type(error).__name__)
