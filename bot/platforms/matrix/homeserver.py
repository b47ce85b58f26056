"""The client of matrix-nio, with what it lacks: no sync taken in by half, keys saved before they are published."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EncryptionError,
    ErrorResponse,
    Event,
    KeysClaimError,
    KeysClaimResponse,
    KeysQueryError,
    KeysQueryResponse,
    KeysUploadError,
    KeysUploadResponse,
    MegolmEvent,
    Response,
    SyncResponse,
)
from nio.api import Api
from nio.store import SqliteStore
from nio.store.models import MegolmInboundSessions

from bot.platforms.matrix.forwarded import accept_from_maker
from bot.platforms.matrix.key_sharing import share_key
from bot.platforms.matrix.sas_mending import mend

REQUEST_SECONDS = 15
MARK = "nl.wegwijzer.post"
"""Where a post carries its marker: outside the encryption, so that a new device finds it too; an opaque id only."""

_MOST_MESSAGES, _MOST_AGE = 100, timedelta(days=7)


class PlainTextError(Exception):
    """Sending would put readable text where only encrypted text belongs; nothing was sent."""


class OffDutyError(Exception):
    """Another process may be this device by now; nothing was taken in."""


class Homeserver(AsyncClient):  # type: ignore[misc]
    """A client of one account on one device. Its own retries are off: what it does not know, it says."""

    def __init__(self, url: str, user: str, device: str, folder: Path, pickle_key: str) -> None:
        config = AsyncClientConfig(
            store=SqliteStore,
            store_sync_tokens=False,
            encryption_enabled=True,
            pickle_key=pickle_key,
            store_name=store_name(device) if device else "",
            max_limit_exceeded=0,
            max_timeouts=0,
            request_timeout=REQUEST_SECONDS,
        )
        super().__init__(url.rstrip("/"), user, device_id=device, store_path=str(folder), config=config)
        self.rotation: dict[str, Mapping[str, Any]] = {}
        """Per room the content of its m.room.encryption event."""
        self.has_fallback_key = False
        """Whether one was published by this process, and surely is still there."""
        self._fallback_waits = False
        self.sharing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Per room: held while its key is handed out."""
        self.unanswered: set[str] = set()
        """Whose devices were asked for last time, and whose server did not say."""
        self.queried: set[str] = set()
        """Whose devices were asked for, and may have changed."""
        self.on_duty: Callable[[], bool] = lambda: True
        """Whether the device is still this process's."""

    def load_store(self) -> None:
        """Load the store, and mend how nio verifies and takes keys that are sent again."""
        super().load_store()
        mend()
        if self.olm:
            accept_from_maker(self.olm)

    async def create_matrix_response(
        self, response_class: type, transport_response: Any, *more: Any, **named: Any
    ) -> Any:
        """The answer to a request. nio takes the web page of a broken gateway for a yes where a yes has no content."""
        answer = await super().create_matrix_response(response_class, transport_response, *more, **named)
        if transport_response.status < 400 or isinstance(answer, ErrorResponse):
            return answer
        failed = ErrorResponse("not an answer of a homeserver")
        failed.transport_response = transport_response
        return failed

    async def receive_response(self, response: Response) -> None:
        """Take in a response; what a sync brings is kept whole or not at all, and only while the device is ours."""
        if isinstance(response, SyncResponse) and not self.on_duty():
            raise OffDutyError
        if not isinstance(response, SyncResponse) or not self.store or not self.olm:
            await super().receive_response(response)
            return
        # A death between "session used" and "room key kept" would leave the room's messages unreadable for ever.
        with self.store.database.atomic():
            await super().receive_response(response)
        count = response.device_key_count.signed_curve25519
        if count is not None:  # nio overlooks 0, and then nobody can open a session with us any more
            self.olm.uploaded_key_count = count
            self.has_fallback_key = self.has_fallback_key and count > 0

    async def keys_upload(self) -> KeysUploadResponse | KeysUploadError:
        """Publish keys, saved first: a death in between must not leave public keys of which nobody has the secret."""
        content = self.olm.share_keys()
        self.olm.save_account()
        method, path, data = Api.keys_upload(self.access_token, content)
        return await self._send(KeysUploadResponse, method, path, data)

    async def renew_fallback_key(self) -> None:
        """Publish a key for who finds no one-time key left; nio has none. The one before it stays good.

        Only after a sync that was taken in: what came in with the key before that one has been read then.
        """
        account = self.olm.account._account
        if not self._fallback_waits:  # making one more would push the one that is out there over the edge
            account.generate_fallback_key()
            self.olm.save_account()
        keys = {}
        for name, key in account.fallback_key.items():
            content: dict[str, Any] = {"key": key.to_base64(), "fallback": True}
            signed = {self.user_id: {f"ed25519:{self.device_id}": self.olm.sign_json(content)}}
            keys[f"signed_curve25519:{name}"] = {**content, "signatures": signed}
        status, _ = await self.call("POST", "/_matrix/client/v3/keys/upload", {"fallback_keys": keys})
        self.has_fallback_key = status == 200
        self._fallback_waits = status != 200

    async def keys_query(self) -> KeysQueryResponse | KeysQueryError:
        """Learn the devices of people."""
        users = set(self.users_for_key_query)
        answer = await super().keys_query()
        self.queried |= users
        if isinstance(answer, KeysQueryResponse):
            self.unanswered = users & self.users_for_key_query
        return answer

    async def keys_claim(self, user_set: dict[str, Sequence[str]]) -> KeysClaimResponse | KeysClaimError:
        """Take a one-time key of each device; without the empty room nio breaks on a server that says no."""
        method, path, data = Api.keys_claim(self.access_token, user_set)
        return await self._send(KeysClaimResponse, method, path, data, response_data=("",))

    def encrypt(self, room_id: str, message_type: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Encrypt a message; its marker stays readable beside the ciphertext."""
        mark = content.get(MARK)
        inner = {key: value for key, value in content.items() if key != MARK}
        outer_type, outer = super().encrypt(room_id, message_type, inner)
        return outer_type, {**outer, MARK: mark} if mark else outer

    async def post(self, room_id: str, kind: str, content: dict[str, Any], tx_id: str) -> Response:
        """Send an event, encrypted when the room is. Raises PlainTextError, NotSharedError, what the network raises."""
        self.guard(room_id)
        self._rotate_as_asked(room_id)
        if self.rooms[room_id].encrypted:
            await share_key(self, room_id)
        return await self.room_send(room_id, kind, content, tx_id=tx_id, ignore_unverified_devices=True)

    def guard(self, room_id: str) -> None:
        """Raise PlainTextError when the room is or was encrypted and we could not encrypt for it."""
        room = self.rooms.get(room_id)
        if not self.olm or not self.store:
            raise PlainTextError("no keys are loaded")
        if room is None:
            raise PlainTextError("the room's state is not known yet")
        if not room.encrypted and (room_id in self.encrypted_rooms or room_id in self.rotation):
            raise PlainTextError("the room was encrypted before")

    def forget_room(self, room_id: str) -> None:
        """Let go of a room, and of the keys to what was said there. That it was encrypted is still known."""
        for known in (self.rooms, self.invited_rooms, self.rotation, self.olm.outbound_group_sessions):
            known.pop(room_id, None)
        self.olm.inbound_group_store._entries.pop(room_id, None)
        with self.store.database.bind_ctx([MegolmInboundSessions]):
            MegolmInboundSessions.delete().where(MegolmInboundSessions.room_id == room_id).execute()

    async def share_group_session(self, room_id: str, **_: Any) -> None:
        """As `post` does it; nio's own way takes a key for shared also when nobody got it."""
        await share_key(self, room_id)

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """A request nio has no word for: the status and the JSON answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.access_token}"}
        data = None if body is None else json.dumps(body)
        answer = await self.send(method, path, data, headers)
        async with answer:
            found = await self.parse_body(answer)
            return answer.status, found if isinstance(found, dict) else {}

    def opened(self, source: dict[str, Any], room_id: str) -> dict[str, Any]:
        """An event as JSON, decrypted when it was encrypted and we have the key; else as it is."""
        if source.get("type") != "m.room.encrypted" or not self.olm:
            return source
        event = Event.parse_event({**source, "room_id": room_id})
        try:
            return dict(self.decrypt_event(event).source) if isinstance(event, MegolmEvent) else source
        except EncryptionError:
            return source

    def _rotate_as_asked(self, room_id: str) -> None:
        """Set the limits of the room's key as its m.room.encryption event asks; nio does not look."""
        session = self.olm.outbound_group_sessions.get(room_id)
        if session is None:
            return
        asked = self.rotation.get(room_id, {})
        messages, age = asked.get("rotation_period_msgs"), asked.get("rotation_period_ms")
        session.max_messages = max(1, messages) if isinstance(messages, int) else _MOST_MESSAGES
        session.max_age = timedelta(milliseconds=max(60_000, age)) if isinstance(age, int) else _MOST_AGE


def store_name(device: str) -> str:
    """The file with the keys of a device."""
    return f"sleutels-{''.join(c for c in device if c.isalnum())}.db"
