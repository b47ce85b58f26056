"""Reactions set beforehand under a message: a convenience, so words never wait for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from bot.delivery import Refused, Unknown
from bot.platforms.matrix.errands import Errands
from bot.platforms.matrix.hearing import reacted_to
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.outcomes import outcome
from bot.platforms.matrix.speaking import reaction

_MOST_WAITS = 5


@dataclass(frozen=True)
class Under:
    """The message that reactions are set under, and the marker of its post, from which each takes its name."""

    room: str
    event: str
    marker: str


@dataclass
class Presets:
    """Sets reactions. Where the server asks us to wait they come later, unless something was said since."""

    client: Homeserver
    errands: Errands
    _last: dict[str, str] = field(default_factory=dict)

    async def set(self, under: Under, signs: Sequence[str]) -> Unknown | Refused | None:
        """Set them; what went wrong when the post must be tried again. Setting one twice sets it once."""
        self._last[under.room] = under.marker
        result = await self._try(under, signs)
        if not isinstance(result, Refused) or result.retry_after is None:
            return result
        self.errands.start("setting reactions", self._later(under, signs, result.retry_after))
        return None

    def clear(self, under: Under, but: Sequence[str]) -> None:
        """Take our reactions away that no longer stand for anything."""
        self.errands.start("taking reactions away", self._clear(under, but))

    async def _clear(self, under: Under, but: Sequence[str]) -> None:
        place = f"{quote(under.room)}/relations/{quote(under.event)}/m.annotation"
        _, found = await self.client.call("GET", f"/_matrix/client/v1/rooms/{place}?limit=50")
        own = [one for one in found.get("chunk", ()) if one.get("sender") == self.client.user_id]
        gone = [one["event_id"] for one in own if reacted_to(one)[1] not in but]
        for number, event in enumerate(gone):
            await self.client.room_redact(under.room, event, tx_id=f"{under.marker}.clear{number}")

    async def _try(self, under: Under, signs: Sequence[str]) -> Unknown | Refused | None:
        for number, sign in enumerate(signs):
            content, tx_id = reaction(under.event, sign), f"{under.marker}.sign{number}"
            result = outcome(await self.client.post(under.room, "m.reaction", content, tx_id))
            if isinstance(result, Unknown | Refused):
                return result
        return None

    async def _later(self, under: Under, signs: Sequence[str], wait: timedelta) -> None:
        for _ in range(_MOST_WAITS):
            await asyncio.sleep(wait.total_seconds())
            if self._last.get(under.room) != under.marker:
                return
            result = await self._try(under, signs)
            if not isinstance(result, Refused) or result.retry_after is None:
                return
            wait = result.retry_after
