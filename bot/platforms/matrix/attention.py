"""Shows that a message was seen: read, and typing while its answer takes long. It never delays an answer."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from nio import ReceiptType

from bot.platforms.matrix.errands import Errands
from bot.platforms.matrix.homeserver import Homeserver

_SOON = 0.25  # seconds; most answers stand before anybody would see us type
_RENEW = 15.0  # seconds
_MOST_RENEWALS = 8


@dataclass
class Attention:
    """What people see of our work in each room."""

    client: Homeserver
    errands: Errands
    _waiting: dict[str, asyncio.Event] = field(default_factory=dict)

    def seen(self, room: str, event: str, thread: str) -> None:
        """A message was kept and is being worked on."""
        self.answered(room)
        answer = self._waiting[room] = asyncio.Event()
        self.errands.start("showing that a message was seen", self._attend(room, event, thread, answer))

    def answered(self, room: str) -> None:
        """Something of ours stands in the room."""
        if answer := self._waiting.pop(room, None):
            answer.set()

    async def _attend(self, room: str, event: str, thread: str, answer: asyncio.Event) -> None:
        soon = await _within(answer, _SOON)
        if not soon:
            await self._type(room)
        await self.client.update_receipt_marker(room, event, ReceiptType.read, thread or "main")
        if soon:
            return
        for _ in range(_MOST_RENEWALS):
            if await _within(answer, _RENEW):
                break
            await self._type(room)
        await self.client.room_typing(room, False)

    async def _type(self, room: str) -> None:
        await self.client.room_typing(room, True, timeout=int(2000 * _RENEW))


async def _within(answer: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await answer.wait()
    return answer.is_set()
