"""What we know of our own messages in a room; read back from the room when this process did not say them itself."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from nio import Event, MessageDirection, RoomMessage, RoomMessagesResponse

from bot.platforms.matrix.choosing import Picks, Shown, unpacked
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.outcomes import SyncFailedError

_LOOK_BACK = 60  # events


@dataclass
class Memory:
    """Own messages, the threads we spoke in, and what could be picked last."""

    client: Homeserver
    shown: Shown = field(default_factory=Shown)
    _threads: dict[tuple[str, str], bool] = field(default_factory=dict)
    _senders: dict[str, str] = field(default_factory=dict)

    def note_own(self, room: str, source: dict[str, Any]) -> None:
        """Note a message of our own that came by or was just sent."""
        content = source.get("content", {})
        relation = content.get("m.relates_to") or {}
        thread = str(relation.get("event_id", "")) if relation.get("rel_type") == "m.thread" else ""
        if relation.get("rel_type") == "m.replace":
            event, picks = str(relation["event_id"]), unpacked(content.get("m.new_content") or {}, thread)
            self.shown.remember(room, event, picks, latest=False)
            return
        event = str(source.get("event_id", ""))
        self._threads[room, thread] = True
        if content.get("msgtype") == "m.notice" and self.shown.under(event) is None:
            self.shown.remember(room, event, unpacked(content, thread))

    async def under(self, room: str, event: str) -> Picks | None:
        """What can be picked under a message; None when it is not ours."""
        known = self.shown.under(event)
        if known is not None:
            return known
        found = self.client.opened(await self._ask(_event(room, event)), room)
        if found.get("sender") != self.client.user_id:
            return None
        relation = found.get("content", {}).get("m.relates_to") or {}
        thread = str(relation.get("event_id", "")) if relation.get("rel_type") == "m.thread" else ""
        picks = unpacked(found.get("content", {}), thread)
        self.shown.remember(room, event, picks, latest=False)
        return picks

    async def last(self, room: str, thread: str) -> Picks:
        """What our last message in a place offered."""
        known = self.shown.last(room, thread)
        if known is None:
            await self._look_back(room)
            known = self.shown.last(room, thread)
        if known is None:
            known = Picks(thread=thread)
            self.shown.nothing(room, thread)
        return known

    async def is_own(self, room: str, event: str) -> bool:
        """Whether a message is ours."""
        if self.shown.under(event) is not None:
            return True
        if event not in self._senders:
            self._senders[event] = (await self._ask(_event(room, event))).get("sender", "")
        return bool(self._senders[event] == self.client.user_id)

    async def is_standing(self, room: str, event: str) -> bool:
        """Whether a message is ours and was not taken back."""
        _, told = await self.client.call("GET", _event(room, event))
        found = self.client.opened(told, room)
        redacted = "redacted_because" in found.get("unsigned", {}) or not found.get("content")
        return bool(found.get("sender") == self.client.user_id and not redacted)

    async def in_thread(self, room: str, root: str) -> bool:
        """Whether we spoke in a thread."""
        if (room, root) not in self._threads:
            path = f"/_matrix/client/v1/rooms/{quote(room)}/relations/{quote(root)}/m.thread?limit=30"
            found = await self._ask(path)
            own = any(event.get("sender") == self.client.user_id for event in found.get("chunk", ()))
            self._threads[room, root] = own
        return self._threads[room, root]

    def forget(self, event: str) -> None:
        """Let go of a message that was taken back."""
        self.shown.forget(event)

    async def _ask(self, path: str) -> dict[str, Any]:
        """What the server says. Raises SyncFailedError when it cannot say now: that is no "not ours" to remember."""
        status, found = await self.client.call("GET", path)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SyncFailedError(str(found.get("errcode", status)), found.get("retry_after_ms", 0) / 1000)
        return found

    async def _look_back(self, room: str) -> None:
        answer = await self.client.room_messages(room, start=None, direction=MessageDirection.back, limit=_LOOK_BACK)
        if not isinstance(answer, RoomMessagesResponse):
            return
        own = [e for e in answer.chunk if isinstance(e, RoomMessage) and e.sender == self.client.user_id]
        for event in reversed(own):
            self.note_own(room, _source(event))


def _event(room: str, event: str) -> str:
    return f"/_matrix/client/v3/rooms/{quote(room)}/event/{quote(event)}"


def _source(event: Event) -> dict[str, Any]:
    return dict(event.source)
