"""Socket Mode: two connections that renew themselves. The SDK's client holds the line; when it goes, we decide.

By itself the SDK repeats a dead address for ever and says nothing when a renewal fails; so each line is used once, a
new one is open before the old one is closed, and asking for one never happens more than once a second.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.platforms.slack.caution import Caution
from bot.platforms.slack.web_api import BROKEN, TOKEN, quiet, reason, retry_after

_log = logging.getLogger(__name__)

LINES = 2
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds
_OPENING = 15.0  # seconds for one attempt
_DRAIN = 5.0  # seconds an old line stays for answers that are under way


class Line(SocketModeClient):
    """One WebSocket. Whatever makes the SDK want another sets `over` instead."""

    def __init__(self, app: AsyncApp, app_token: str, ping: float, on_heard: Callable[[], None]) -> None:
        self._ping_pong: float | None = None
        self._on_heard = on_heard
        super().__init__(app_token=app_token, logger=quiet, web_client=app.client, ping_interval=ping)
        self._app = app
        self.over = asyncio.Event()
        self.socket_mode_request_listeners.append(self._handle)

    @property
    def last_ping_pong_time(self) -> float | None:
        """The SDK's note: set at the first ping, and then by each answer to one."""
        return self._ping_pong

    @last_ping_pong_time.setter
    def last_ping_pong_time(self, moment: float | None) -> None:
        if moment and self._ping_pong:
            self._on_heard()
        self._ping_pong = moment

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002 - the SDK's signature
        """The line is closed, silent, or to be renewed."""
        self.over.set()

    @staticmethod
    async def _handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        client._on_heard()  # type: ignore[attr-defined]
        done = await run_async_bolt_app(client._app, request)  # type: ignore[attr-defined]
        await send_async_response(client, request, done, time.time())


@dataclass
class Lines:
    """Keeps `LINES` lines open. `on_trouble` hears a code when it cannot, and an empty text when it can."""

    app: AsyncApp
    app_token: str
    on_trouble: Callable[[str], None]
    ping: float = 5.0
    on_heard: Callable[[], None] = lambda: None
    count: int = LINES
    first_wait: float = _FIRST_WAIT
    caution: Caution = field(default_factory=Caution)
    _old: dict["asyncio.Task[None]", Line] = field(default_factory=dict)
    _open: int = 0

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.count):
                group.create_task(self._keep())

    async def _keep(self) -> None:
        wait = self.first_wait
        while True:
            try:
                line = await self._opened()
            except BROKEN as error:
                self._tell(reason(error))
                pause = max(wait, retry_after(error)) if reason(error) not in TOKEN else _LONGEST_WAIT * self.first_wait
                await asyncio.sleep(pause)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            self._open += 1
            self.on_trouble("")
            try:
                await line.over.wait()
            finally:
                self._open -= 1
                self._retire(line)
            wait = self.first_wait

    def _tell(self, code: str) -> None:
        _log.warning("no line to Slack: %s", code)
        if not self._open:
            self.on_trouble(code)

    async def _opened(self) -> Line:
        """A new line. Raises what a call can raise."""
        await self.caution.turn()
        found = await self.app.client.apps_connections_open(app_token=self.app_token)
        line = Line(self.app, self.app_token, self.ping, self.on_heard)
        line.wss_uri = str(found["url"])
        try:
            async with asyncio.timeout(_OPENING):
                await line.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._close(line)
            raise
        return line

    def _retire(self, line: Line) -> None:
        """Let an old line end its answers, then close it."""
        task = asyncio.get_running_loop().create_task(self._drain(line))
        self._old[task] = line
        task.add_done_callback(lambda done: self._old.pop(done, None))

    async def _drain(self, line: Line) -> None:
        if await line.is_connected():
            await asyncio.sleep(_DRAIN)
        await self._close(line)

    @staticmethod
    async def _close(line: Line) -> None:
        try:
            await line.close()  # type: ignore[no-untyped-call]
        except BROKEN as error:
            _log.info("an old line did not close well: %s", reason(error))

    async def close(self) -> None:
        """Close what is still there."""
        left = dict(self._old)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for line in left.values():
            await self._close(line)
