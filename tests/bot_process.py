"""`wegwijzer run slack` as a process of its own, on the stand-in for Slack, with its health on a port."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.slack.house import free_port
from tests.slack.standin import APP_TOKEN, BOT_TOKEN, Standin
from tests.slack.workspace import CORA, TEAM

ROOT = Path(__file__).parent.parent


@dataclass
class BotProcess:
    """One process, started and ended by a test."""

    home: Path
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)
    log: bytes = b""
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it need not be ready yet."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "MATRIX_", "WEGWIJZER_"))}
        given = {"WEGWIJZER_HOME": str(self.home), "WEGWIJZER_HEALTH_PORT": str(self.port), **self.settings}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env={**kept, **given}, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )

    async def ready(self, within: float = 90.0) -> None:
        """Wait until it says that it is well."""
        async with asyncio.timeout(within):
            while (await self.health())[0] != 200:
                assert self.alive, (await self.ended(), self.log.decode())
                await asyncio.sleep(0.1)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process
        return self._process.pid

    async def health(self) -> tuple[int, dict[str, Any]]:
        """What it says of itself; status 0 when it does not answer."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self._url("health")) as answer:
                return answer.status, await answer.json()
        except aiohttp.ClientError:
            return 0, {}

    async def metrics(self) -> dict[tuple[str, ...], float]:
        """Its figures by name and the labels' values, the labels in alphabetical order; read by Prometheus' parser."""
        async with aiohttp.ClientSession() as session, session.get(self._url("metrics")) as answer:
            text = await answer.text()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {(sample.name, *sample.labels.values()): sample.value for sample in samples}

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    async def end(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; returns the exit status and how many seconds it took."""
        assert self._process
        began = time.monotonic()
        if self.alive:
            self._process.send_signal(sign)
        return await self.ended(), time.monotonic() - began

    async def ended(self) -> int:
        """Wait for its end."""
        assert self._process
        _, told = await self._process.communicate()
        self.log += told
        return self._process.returncode or 0


def on_slack(standin: Standin) -> Mapping[str, str]:
    """The settings of a bot in the stand-in's workspace."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_TEAM_ID": TEAM,
        "SLACK_API_URL": standin.api, "WEGWIJZER_COORDINATORS": CORA,
    }  # fmt: skip


@asynccontextmanager
async def running(home: Path, settings: Mapping[str, str], wait: bool = True) -> AsyncIterator[BotProcess]:
    """A bot that runs for as long as the block."""
    bot = BotProcess(home, settings)
    await bot.start()
    try:
        if wait:
            await bot.ready()
        yield bot
    finally:
        if bot.alive:
            await bot.end(signal.SIGKILL)
