"""When Slack does not answer: one request at a time, ever slower, and never more than one a second."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError

from bot.platforms.slack.web_api import TOKEN, reason, retry_after, status

_APART = 1.0  # seconds
_LONGEST = 60.0  # seconds
_IN_A_ROW = 2  # a lost answer on its own is no outage
_TOKEN_WAIT = timedelta(minutes=1)
_HALF_WAY = frozenset("fatal_error internal_error service_unavailable request_timeout team_added_to_org".split())
"""Errors of which Slack says that the operation may have succeeded in part."""


@dataclass
class Caution:
    """Shared by what asks Slack and can wait. `on_trouble` hears a code, and an empty text when all is well."""

    on_trouble: Callable[[str], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    longest: float = _LONGEST
    _failures: int = 0
    _wait: float = 0.0
    _next: float = 0.0
    _asked: float = -_APART
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def alarmed(self) -> bool:
        """Whether Slack is taken to be out of reach."""
        return self._wait > 0

    def left(self) -> float:
        """Seconds in which nothing may be asked; 0 when one request may go now, and in trouble only that one."""
        if not self.alarmed:
            return 0.0
        now, opens = self.clock(), max(self._next, self._asked + _APART)
        if now < opens:
            return opens - now
        self._asked, self._next = now, now + self._wait
        return 0.0

    async def turn(self) -> None:
        """Wait until a second after the last request that was made in trouble, or that had its turn here."""
        async with self._turn:
            await asyncio.sleep(max(0.0, self._asked + _APART - self.clock()))
            self._asked = self.clock()

    def well(self) -> None:
        """Slack did what was asked."""
        self._failures, self._wait = 0, 0.0
        self.on_trouble("")

    def hear(self, error: BaseException) -> timedelta | None:
        """Learn from what went wrong: for how long nothing should be asked; None when it says nothing about the next.

        A limit of Slack's holds for everything, as we cannot see which of its limits it was.
        """
        if is_half_way(error):
            self._fail(surely=isinstance(error, ClientConnectorError))
        else:
            self._failures, self._wait = 0, 0.0
        if self.alarmed or reason(error) in TOKEN:
            self.on_trouble(reason(error))
        if wait := retry_after(error):
            return timedelta(seconds=wait)
        if reason(error) in TOKEN:
            return _TOKEN_WAIT
        return timedelta(seconds=self._next - self.clock()) if self.alarmed else None

    def _fail(self, surely: bool) -> None:
        self._failures += 1
        if surely or self.alarmed or self._failures >= _IN_A_ROW:
            self._wait = min(max(self._wait * 2, _APART), self.longest)
            self._next = self.clock() + self._wait


def is_half_way(error: BaseException) -> bool:
    """Whether nobody can tell what became of a request."""
    if not isinstance(error, SlackApiError):
        return True
    return status(error) >= 500 or reason(error) in _HALF_WAY or reason(error).startswith("http")
