"""The real bot against the stand-in: App, Worker, senders and the Slack connection, over Socket Mode or signed HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import QueuePool

from bot.app import App
from bot.bell import Bell
from bot.platforms.slack import connect
from bot.platforms.slack.connection import SlackConnection
from bot.settings import Settings
from bot.storage.letters import State
from bot.work import Worker
from knowledge.library import INDEX_NAME
from tests.slack.deliveries import command, direct, labels, mention, press, room_of
from tests.slack.standin import ACK_WITHIN, APP_TOKEN, BOT_TOKEN, SECRET, Ack, Standin
from tests.slack.workspace import BOT, CORA, IRIS, OPEN, TEAM, Body

SETTLES = timedelta(seconds=1)
PATIENCE = 20.0  # seconds


@dataclass
class House:
    """A running bot with the workspace it is in. `url` is set when it is reached over signed HTTP."""

    standin: Standin
    app: App
    connection: SlackConnection
    url: str = ""

    async def deliver(self, kind: str, payload: Body) -> Ack:
        """Slack delivers something, by the way that this house is reached. Fails when it is not taken."""
        if not self.url:
            ack = await self.standin.send(kind, payload)
            assert ack.seconds is not None, "never acknowledged"
        else:
            ack = Ack()
            status, body = await self.standin.post(self.url, kind, payload)
            assert status == 200, (status, body)
            ack.come(_read(body))
        assert ack.seconds is not None
        assert ack.seconds < ACK_WITHIN
        return ack

    async def tell(self, text: str, user: str = IRIS, **more: Any) -> list[Body]:
        """Somebody types in the direct message; returns what is answered there."""
        return await self._answered(room_of(user), "events_api", direct(self.standin.space, text, user, **more))

    async def mention(self, text: str, user: str = IRIS, channel: str = OPEN, **more: Any) -> list[Body]:
        """Somebody mentions us; returns what is answered in that channel."""
        return await self._answered(channel, "events_api", mention(self.standin.space, text, user, channel, **more))

    async def command(self, text: str, user: str = IRIS, channel: str = "", there: str = "") -> list[Body]:
        """Somebody types a command; returns what is answered `there`, by default where it was typed."""
        payload = command(self.standin.space, text, user, channel)
        return await self._answered(there or channel or room_of(user), "slash_commands", payload)

    async def press(self, message: Body, label: str, user: str = IRIS, channel: str = "") -> list[Body]:
        """Somebody presses a button; returns what is answered there."""
        payload = press(self.standin.space, message, label, user, channel)
        return await self._answered(channel or room_of(user), "interactive", payload)

    async def _answered(self, room: str, kind: str, payload: Body) -> list[Body]:
        before = len(self.said(room))
        await self.deliver(kind, payload)
        await self.settled()
        return self.said(room)[before:]

    def said(self, room: str) -> list[Body]:
        """Everything we said in a room."""
        return [m for m in self.standin.space.messages[room] if m["user"] == BOT]

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        await until(self._is_quiet)

    def _is_quiet(self) -> bool:
        if self.app.inbox.count():  # first: what leaves the inbox is in the outbox by then
            return False
        counts = self.app.outbox.counts()
        return not counts.get(State.PENDING) and not counts.get(State.SENDING)


def _read(body: str) -> Any:
    import json

    return json.loads(body) if body else None


async def until(true: Callable[[], bool], within: float = PATIENCE) -> None:
    """Wait until something is so. Fails when that takes too long."""
    async with asyncio.timeout(within):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.02)


def text_of(messages: list[Body]) -> str:
    """Everything that can be read in messages: blocks, buttons, names of files."""
    parts = []
    for message in messages:
        for block in message.get("blocks", []):
            parts += [block["text"]["text"]] if "text" in block else []
            parts += [e["text"] for e in block.get("elements", []) if block["type"] == "context"]
        parts += labels(message.get("blocks", [])) + [file["name"] for file in message.get("files", [])]
    return "\n".join(parts)


def settings(home: Path, api: str, **more: Any) -> Settings:
    """The settings of a house."""
    given = {
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_TEAM_ID": TEAM, "SLACK_API_URL": api, "WEGWIJZER_COORDINATORS": CORA, "WEGWIJZER_HOME": home,
    }  # fmt: skip
    return Settings.model_validate(given | more)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def open_house(
    standin: Standin,
    home: Path,
    index: Path,
    over_http: bool = False,
    now: Callable[[], datetime] | None = None,
    more: Mapping[str, Any] | None = None,
) -> AsyncIterator[House]:
    """A bot that runs for as long as the block."""
    if not (home / INDEX_NAME).exists():
        (home / INDEX_NAME).symlink_to(index)
    app = App(settings=settings(home, standin.api, **(more or {})), clock=now, stays=False)
    came_in, goes_out = Bell(), Bell()
    port = free_port() if over_http else 0
    connection = connect(app.services(came_in.ring, port), settle=SETTLES, ping=1.0)
    worker = Worker(app.database, app.inbox, app.outbox, app.handle, goes_out.ring, came_in)
    app.outbox.policy = replace(app.outbox.policy, spacing=timedelta(), erase_spacing=timedelta(), margin=timedelta())
    waking = app.waking([connection.delivery], bell=goes_out)
    parts = [connection.listen(), worker.run(), *(sender.run(0.1) for sender in waking.senders)]
    standin.space.users.setdefault("UBOB00007", {**standin.space.users[IRIS], "id": "UBOB00007", "name": "bob"})
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await until(lambda: not connection.trouble())
        yield House(standin, app, connection, f"http://127.0.0.1:{port}/slack/events" if port else "")
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        pool = app.database.engine.pool  # a thread cannot be told to stop: what it began ends first
        await until(lambda: not isinstance(pool, QueuePool) or pool.checkedout() == 0)
        app.database.close()
