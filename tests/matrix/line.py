"""The Matrix platform alone: a connection, an inbox to look into, and nobody who answers."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.delivery import Outcome, Post
from bot.messages import Attachment, Choice, Incoming, Reply, Role
from bot.platforms import Services
from bot.platforms.matrix.session import MatrixConnection
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.vault import Vault

ZONE = ZoneInfo("Europe/Amsterdam")


class Line:
    """One connection with its data folder; `stop` and `start` are a restart."""

    def __init__(self, url: str, user: str, home: Path, **settings: Any) -> None:
        home.mkdir(exist_ok=True)
        self.home, self.user = home, user
        self.given: dict[str, Any] = {"matrix_homeserver": url, "matrix_user_id": user, **settings}
        self.database = Database(f"sqlite:///{home / 'wegwijzer.db'}")
        self.database.upgrade()
        self.vault = Vault.open("a key for tests", home)
        self.inbox = Inbox(self.database, self.vault)
        self.echoes: list[tuple[str, str]] = []
        self.heard: list[Incoming] = []
        self._task: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(ZONE)

    def _services(self) -> Services:
        settings = Settings(home=self.home, **self.given)
        nobody = cast(Any, None)  # the platform only reads these to fill in forms, which Matrix has not
        return Services(
            settings=settings, inbox=self.inbox, vault=self.vault, now=self.now,
            role_of=lambda _: Role.PROFESSIONAL, wake=lambda: None,
            echo=lambda marker, event: self.echoes.append((marker, event)),
            first_aid=lambda _: (), tell=lambda *_: None, office=nobody, cases=nobody,
        )  # fmt: skip

    async def start(self, wait: bool = True) -> None:
        """Connect, and wait until it listens."""
        self.connection = MatrixConnection(self._services())
        self._task = asyncio.create_task(self.connection.listen())
        if wait:
            await self.until(lambda: self.connection.delivery.desk is not None)

    async def stop(self) -> None:
        """Disconnect."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def close(self) -> None:
        """Disconnect for good."""
        await self.stop()
        self.database.close()

    async def until(self, true: Callable[[], object], longest: float = 15.0) -> None:
        """Wait until something is so."""
        end = time.monotonic() + longest
        while not true():
            if self._task and self._task.done():
                self._task.result()
            assert time.monotonic() < end, f"it did not happen; trouble: {self.connection.trouble()}"
            await asyncio.sleep(0.03)

    async def hears(self, text: str, longest: float = 15.0) -> Incoming:
        """Wait for a message with these words."""

        def there() -> Incoming | None:
            while waiting := self.inbox.take():
                self.heard.append(waiting.incoming)
            return next((one for one in self.heard if text in one.text), None)

        await self.until(there, longest)
        found = there()
        assert found is not None
        return found

    async def says(
        self, room: str, text: str, *labels: str, files: tuple[Attachment, ...] = (), **more: Any
    ) -> Outcome:
        """Place a reply."""
        reply = Reply(text, tuple(Choice(label, label.lower()) for label in labels), files)
        return await self.connection.delivery.send(Post(str(uuid4()), 1, f"matrix:{room}", reply, self.now(), **more))
