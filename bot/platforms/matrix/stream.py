"""The sync loop: what came in is kept first, then the place in the stream, then everything else is done."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from aiohttp import ClientError
from nio import SyncResponse
from nio.exceptions import LocalProtocolError

from bot import crash
from bot.platforms import Services
from bot.platforms.matrix.attention import Attention
from bot.platforms.matrix.choosing import reactions
from bot.platforms.matrix.emoji_check import EmojiCheck
from bot.platforms.matrix.homeserver import Homeserver, PlainTextError
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.listening import Aside, Echo, Harvest, Listener
from bot.platforms.matrix.new_devices import NewDevices
from bot.platforms.matrix.outcomes import SIGNED_OUT, SyncFailedError, error_code, is_limit, retry_after
from bot.platforms.matrix.placing import Placing
from bot.platforms.matrix.preset import Presets, Under
from bot.platforms.matrix.speaking import in_thread, spoken
from bot.storage.database import StorageError
from prompts import render

PLATFORM = "matrix"
_POLL = 30_000  # milliseconds a sync waits for something to happen
_FIRST_WITHIN = 300.0  # seconds; of large rooms the server has much to tell
_WITHIN = _POLL / 1000 + 15  # seconds
_FILTER: dict[str, Any] = {
    "presence": {"types": []},
    "room": {"timeline": {"limit": 50}, "ephemeral": {"types": []}, "state": {"lazy_load_members": False}},
}
_log = logging.getLogger(__name__)


class SignedOutError(Exception):
    """The server no longer knows our token; `soft`: our device still exists."""

    def __init__(self, soft: bool) -> None:
        super().__init__("signed out")
        self.soft = soft


@dataclass
class Stream:
    """One signed-in client's stream of events."""

    client: Homeserver
    listener: Listener
    invitations: Invitations
    services: Services
    placing: Placing
    emoji_check: EmojiCheck
    attention: Attention
    presets: Presets
    new_devices: NewDevices
    synced: Callable[[], None] = lambda: None
    _first: bool = True
    _unsure: bool = True
    """Whether the last turn failed, or there was none: then the next one does not wait, to know soon."""
    _said: set[str] = field(default_factory=set)

    async def turn(self) -> None:
        """One sync and all that follows from it. Raises SignedOutError, SyncFailedError, network errors."""
        since = await asyncio.to_thread(self.services.inbox.cursor, PLATFORM)
        unsure, self._unsure = self._unsure, True
        self.client.next_batch = ""  # ours is in the database; nio's would skip a response that is tried again
        # nio waits for ever where a sync is to come at once: a server that has gone quiet would never be noticed.
        async with asyncio.timeout(_FIRST_WITHIN if self._first else _WITHIN):
            response = await self.client.sync(
                timeout=0 if unsure else _POLL, sync_filter=_FILTER, since=since or None, full_state=self._first
            )
        if not isinstance(response, SyncResponse):
            raise _failure(response)
        crash.point("matrix.synced")
        harvest = await self.listener.take(response, since)
        await self._before_keeping(response, harvest)
        try:
            await self._keep(harvest, response.next_batch)
        except StorageError:
            await self._first_aid(harvest)
            raise
        self._first = False
        self.synced()
        await self._after_keeping(harvest)
        await self.emoji_check.take(response.to_device_events)
        await self.new_devices.look(self.listener.leaders())
        self._unsure = False

    async def _before_keeping(self, response: SyncResponse, harvest: Harvest) -> None:
        """What must not be forgotten if we die before the place in the stream is kept; it can be done again."""
        await self.invitations.answer(response.rooms.invite)
        await self.invitations.follow(self.listener.moves.to_join())
        self.listener.unreadable.add(harvest.unreadable, self.services.now())
        for aside in harvest.asides:
            await self.say(aside)
        for room in harvest.leave:
            await self.invitations.leave(room)
        for room in (*harvest.leave, *response.rooms.leave):
            await self._forget(room)

    async def _forget(self, room: str) -> None:
        """We are not in a room any more: the server lets go of it, and so do we, of its keys too."""
        await self.invitations.forget(room)
        self.listener.forget(room)
        self.client.forget_room(room)

    async def _keep(self, harvest: Harvest, cursor: str) -> None:
        # In a thread: while another process holds the pen, posts must still go out and pings be answered.
        await asyncio.to_thread(self.services.inbox.keep, harvest.arrived, cursor, PLATFORM)
        crash.point("matrix.kept")
        if harvest.arrived:
            self.services.wake()

    async def _first_aid(self, harvest: Harvest) -> None:
        """Nothing can be kept now: what cannot wait is answered all the same."""
        for arrived in harvest.arrived:
            incoming = arrived.incoming
            for number, reply in enumerate(self.services.first_aid(incoming)):
                room = self.listener.moves.now(incoming.conversation.partition(":")[2])
                await self.say(Aside(room, f"aid/{incoming.id}/{number}", reply.text, incoming.thread))

    async def _after_keeping(self, harvest: Harvest) -> None:
        self.listener.unreadable.done(harvest.read)
        for echo in harvest.echoes:
            await self._seen(echo)
        for room, message in harvest.seen.items():
            if room in self.client.rooms:
                self.attention.seen(room, message.id, message.thread)
        await self.keep_house()
        await self._tell_unreadable()

    async def _seen(self, echo: Echo) -> None:
        """A post of ours stands: when another process placed it and ended, its reactions are still to be set."""
        if self.placing.knows(echo.transaction) or not echo.ends_post:
            return
        if echo.room in self.client.rooms:
            await self.presets.set(Under(echo.room, echo.event, echo.transaction), reactions(echo.picks))
        await asyncio.to_thread(self.services.echo, echo.transaction, echo.event)

    async def keep_house(self) -> None:
        """Send what nio queued, publish keys, and learn the devices of people."""
        for message in list(self.client.outgoing_to_device_messages):
            await self.client.to_device(message)
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if not self.client.has_fallback_key:
            await self.client.renew_fallback_key()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())

    async def say(self, aside: Aside) -> None:
        """Say something by ourselves, once; that it cannot be said stops nothing."""
        tx_id = f"aside.{uuid5(NAMESPACE_OID, aside.key)}"
        if tx_id in self._said:
            return
        try:
            content = {**spoken(aside.text), **in_thread(aside.thread)}
            await self.client.post(aside.room, "m.room.message", content, tx_id)
            self._said.add(tx_id)
        except (ClientError, TimeoutError, LocalProtocolError, PlainTextError) as error:
            _log.warning("an aside was not said: %s", type(error).__name__)

    async def _tell_unreadable(self) -> None:
        now, waiting = self.services.now(), self.listener.unreadable
        waiting.forget_old(now)
        for source in waiting.to_tell(now):
            session, room = source["content"]["session_id"], str(source["room_id"])
            await self.say(Aside(room, f"unreadable/{room}/{session}", render("matrix.unreadable")))
            waiting.mark_told(session)


def _failure(response: Any) -> Exception:
    code = error_code(response)
    if code in SIGNED_OUT:
        return SignedOutError(bool(getattr(response, "soft_logout", False)))
    wait = retry_after(response).total_seconds() if is_limit(response) else 0.0
    return SyncFailedError(code, wait)
