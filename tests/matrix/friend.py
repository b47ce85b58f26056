"""A person with a Matrix client of their own (nio as it comes): asks, reads answers, reacts."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    Event,
    JoinResponse,
    MegolmEvent,
    Receipt,
    ReceiptEvent,
    RoomCreateResponse,
    RoomPreset,
    RoomSendResponse,
    SyncResponse,
)
from nio.store import SqliteStore

ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}

_ALL = {"room": {"timeline": {"limit": 1000}}}  # without it a server leaves out all but the last ten events


class Friend:
    """One device of one person."""

    def __init__(self, url: str, account: dict[str, str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = AsyncClientConfig(store=SqliteStore, store_sync_tokens=False, pickle_key="friend")
        self.client = AsyncClient(
            url, account["user_id"], device_id=account["device_id"], store_path=str(folder), config=config
        )
        self.client.restore_login(account["user_id"], account["device_id"], account["access_token"])
        self.id, self.heard = account["user_id"], list[tuple[str, dict[str, Any]]]()
        self.unreadable: list[MegolmEvent] = []
        self.read: list[Receipt] = []

    async def sync(self, timeout: int = 0) -> None:
        """One turn of what a client does."""
        found = await self.client.sync(timeout=timeout, sync_filter=_ALL, full_state=not self.client.next_batch)
        assert isinstance(found, SyncResponse), found
        for room, info in found.rooms.join.items():
            for event in info.timeline.events:
                self._hear(room, event)
            for event in info.ephemeral:
                self.read += event.receipts if isinstance(event, ReceiptEvent) else ()
        await self.client.send_to_device_messages()
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())

    def _hear(self, room: str, event: Event) -> None:
        if isinstance(event, MegolmEvent):
            self.unreadable.append(event)
        elif event.sender != self.id:
            self.heard.append((room, {**event.source, "encrypted": event.decrypted, "session": event.session_id}))

    async def room(
        self, *others: str, encrypted: bool | dict[str, Any] = True, initial: Sequence[Any] = (), **more: Any
    ) -> str:
        """A new room with others; with one other it is a direct room. `encrypted` may say how."""
        secret = [{**ENCRYPTED, "content": encrypted}] if isinstance(encrypted, dict) else [ENCRYPTED]
        made = await self.client.room_create(
            invite=list(others), is_direct=len(others) == 1, preset=RoomPreset.private_chat,
            initial_state=[*(secret if encrypted else ()), *initial], **more,
        )  # fmt: skip
        assert isinstance(made, RoomCreateResponse), made
        await self.sync()
        return str(made.room_id)

    async def until(self, room: str, joined: str, longest: float = 15.0) -> None:
        """Wait until somebody has joined."""
        end = time.monotonic() + longest
        while time.monotonic() < end:
            await self.sync(200)
            user = self.client.rooms[room].users.get(joined)
            if user and not user.invited:
                return
        raise TimeoutError(f"{joined} did not join")

    async def comes_in(self, longest: float = 15.0) -> str:
        """Wait to be invited, and join."""
        await self.sees(lambda: bool(self.client.invited_rooms), longest)
        room = next(iter(self.client.invited_rooms))
        joined = await self.client.join(room)
        assert isinstance(joined, JoinResponse), joined
        return str(room)

    async def say(self, room: str, text: str, **more: Any) -> str:
        """Say something; returns the event's id."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    async def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Send any event."""
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(sent, RoomSendResponse), sent
        return str(sent.event_id)

    async def react(self, room: str, event: str, key: str) -> str:
        """Press a reaction."""
        return await self.send(
            room, "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}
        )

    async def hears(
        self, wanted: Callable[[dict[str, Any]], bool] | str, longest: float = 15.0, start: int = 0
    ) -> dict[str, Any]:
        """Wait for an event, or for a message with these words."""
        test = wanted if callable(wanted) else lambda event: wanted in str(event["content"].get("body", ""))
        end = time.monotonic() + longest
        while time.monotonic() < end:
            for _, event in self.heard[start:]:
                if test(event):
                    return event
            await self.sync(200)
            await asyncio.sleep(0)
        raise TimeoutError([event["content"].get("body", event["type"]) for _, event in self.heard[start:]])

    async def sees(self, true: Callable[[], bool], longest: float = 15.0) -> None:
        """Wait until something is so in this client."""
        end = time.monotonic() + longest
        while not true():
            assert time.monotonic() < end, "it did not happen"
            await self.sync(200)

    def words(self, room: str = "") -> list[str]:
        """Every message heard."""
        return [e["content"]["body"] for place, e in self.heard if "body" in e["content"] and room in ("", place)]

    async def close(self) -> None:
        """Go away."""
        await self.client.close()
        if self.client.store:
            self.client.store.database.close()
