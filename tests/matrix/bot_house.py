"""The whole bot on a real homeserver, as `wegwijzer run matrix` runs it; started and stopped by a test."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlmodel import col, func, select

from bot.addresses import key_of
from bot.app import App
from bot.platforms import Services, matrix
from bot.platforms.matrix.placing import Placing
from bot.platforms.matrix.session import MatrixConnection
from bot.serving import serve
from bot.settings import Settings
from bot.storage.letters import OutboxRow, Policy, State
from bot.storage.outbox_store import Outbox
from tests.matrix.synapse import Synapse


class House:
    """One bot with its data folder."""

    def __init__(self, synapse: Synapse, user: str, home: Path, **settings: Any) -> None:
        self.synapse, self.user, self.home = synapse, user, home
        self.given: dict[str, Any] = {"matrix_password": "geheim", **settings}
        self.clock: Callable[[], datetime] | None = None
        self.app: App | None = None
        self.connection: MatrixConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    def settings(self) -> Settings:
        """The settings in force."""
        return Settings(home=self.home, matrix_homeserver=self.synapse.url, matrix_user_id=self.user, **self.given)

    async def start(self, wait: bool = True) -> None:
        """Start as the command does, and wait until it listens."""
        self._stop = asyncio.Event()
        self.app = App(settings=self.settings(), clock=self.clock)
        # A real homeserver takes what it gets; a second between two answers would only make the tests long.
        coordinators = tuple(map(key_of, self.app.settings.coordinators))
        vars(self.app)["outbox"] = Outbox(
            self.app.database, self.app.vault, Policy(spacing=timedelta(), erase_spacing=timedelta()), coordinators
        )
        self.connection = None
        with patch.object(matrix, "connect", self._connect):  # only to see the connection that is made
            self._task = asyncio.create_task(serve(self.app, ["matrix"], stop=self._stop))
            await self.until(lambda: self.connection is not None)
        if wait:
            await self.until(lambda: self.delivery.desk is not None)

    def _connect(self, services: Services) -> MatrixConnection:
        self.connection = MatrixConnection(services)
        return self.connection

    @property
    def delivery(self) -> Placing:
        """The way out of the running bot."""
        assert self.connection is not None
        return self.connection.delivery

    def in_flight(self) -> int:
        """How many posts are to be sent now or under way."""
        assert self.app is not None
        due = col(OutboxRow.next_try) < self.app.now() + timedelta(seconds=30)
        waiting = (col(OutboxRow.state) == State.PENDING) & due
        query = select(func.count()).where(waiting | (col(OutboxRow.state) == State.SENDING))
        with self.app.database.read() as session:
            return int(session.execute(query).scalar_one())

    async def stop(self, calm: bool = True) -> None:
        """End as on SIGTERM; when `calm` only after everything is said."""
        if self._task and self.app:
            if calm:
                await self.until(lambda: self.in_flight() == 0 and self.app is not None and self.app.inbox.count() == 0)
            self._stop.set()
            await self._task
            self.app.database.close()
            self._task = None

    async def until(self, true: Callable[[], bool], longest: float = 15.0) -> None:
        """Wait until something is so."""
        end = time.monotonic() + longest
        while not true():
            if self._task and self._task.done():
                self._task.result()
            assert time.monotonic() < end, "it did not happen"
            await asyncio.sleep(0.05)
