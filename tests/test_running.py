"""`wegwijzer run` as a process: health and metrics, its log, a clean end on SIGTERM, what systemd is told."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.housekeeping import keep_house
from bot.settings import Settings
from bot.storage.letters import State
from bot.storage.people import Turn
from tests.bot_process import BotProcess, on_slack, running
from tests.slack.deliveries import direct, room_of
from tests.slack.house import until
from tests.slack.standin import BOT_TOKEN, Standin
from tests.slack.workspace import BOT, IRIS, Body

QUESTION = "wie bel ik bij zorgen over een leerling?"


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin().start()
    yield started
    await started.stop()


def said(standin: Standin) -> list[Body]:
    return [message for message in standin.space.messages[room_of(IRIS)] if message["user"] == BOT]


async def ask(standin: Standin, question: str = QUESTION) -> None:
    ack = await standin.send("events_api", direct(standin.space, question))
    assert ack.seconds is not None


async def test_a_bot_that_runs_says_how_it_is_and_ends_when_told(standin: Standin, home: Path) -> None:
    app = App(Settings(home=home))
    app.outbox.post("oud", f"slack:{IRIS}", "Een herinnering.", app.now() - timedelta(hours=2))
    app.people.keep_turn("slack:D9", Turn("wie bel ik"), app.now() - timedelta(days=20))
    assert sum(keep_house(app, dry=True).values()) == 1
    app.database.close()
    secret = "mijn zorg gaat over Jaantje Pietersen"
    async with running(home, {**on_slack(standin), "WEGWIJZER_LOG_FORMAT": "json"}) as bot:
        status, told = await bot.health()
        assert (status, told["ok"], told["text"], told["complaints"]) == (200, True, "Alles werkt.", {})
        await ask(standin, secret)
        await until(lambda: len(said(standin)) >= 2)
        await until_counted(bot, "wegwijzer_posts_total", "reply", "sent", "slack")
        found = await bot.metrics()
        assert found["wegwijzer_events_total", "slack"] == 1
        assert found["wegwijzer_posts_total", "text", "sent", "slack"] == 1
        assert found["wegwijzer_platform_up", "slack"] == 1
        assert 0 <= found["wegwijzer_platform_silent_seconds", "slack"] < 60
        assert found["wegwijzer_round_age_seconds", "worker"] < 30
        assert found["wegwijzer_inbox_waiting",] == 0
        assert found["wegwijzer_database_up",] == found["wegwijzer_healthy",] == 1
        assert found["process_resident_memory_bytes",] > 10_000_000
        assert [key for key in found if key[0] == "wegwijzer_build_info"]
        assert await nobody_else(bot)

        standin.tokens.discard(BOT_TOKEN)
        await ask(standin)
        await until_unwell(bot)
        status, told = await bot.health()
        assert status == 503
        assert "weigert het token" in told["complaints"]["slack"]
        assert (await bot.metrics())["wegwijzer_platform_up", "slack"] == 0
        code, seconds = await bot.end()
    assert (code, seconds < 10) == (0, True)
    lines = [json.loads(line) for line in bot.log.decode().splitlines()]
    assert any("weigert het token" in line["message"] for line in lines)
    assert "Pietersen" not in bot.log.decode()
    assert QUESTION not in bot.log.decode()
    assert any(line["message"] == "kept house: 1 rows and files erased" for line in lines)
    app = App(Settings(home=home))
    assert sum(keep_house(app, dry=True).values()) == 0
    app.database.close()


async def nobody_else(bot: BotProcess) -> bool:
    """Whether the port answers on the loopback address alone."""
    others = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), bot.port, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        try:
            _, writer = await asyncio.open_connection(address, bot.port)
        except OSError:
            continue
        writer.close()
        return address.startswith("127.")
    return True


async def until_counted(bot: BotProcess, *key: str) -> None:
    async with asyncio.timeout(30):
        while key not in await bot.metrics():
            await asyncio.sleep(0.1)


async def until_unwell(bot: BotProcess) -> None:
    async with asyncio.timeout(30):
        while (await bot.health())[0] != 503:
            await asyncio.sleep(0.1)


async def test_what_hangs_at_the_end_is_left_in_the_tables(standin: Standin, home: Path) -> None:
    async with running(home, on_slack(standin)) as bot:
        standin.slow["chat.postMessage"] = 60.0
        await ask(standin)
        await until(lambda: any(method == "chat.postMessage" for method, _, _ in standin.calls))
        await ask(standin, "wie heeft de regie?")
        code, seconds = await bot.end()
    assert (code, seconds < 10) == (0, True)
    assert b"Traceback" not in bot.log
    app = App(Settings(home=home))
    assert app.inbox.count() + sum(app.outbox.counts().values()) == 2
    assert app.outbox.counts()[State.SENDING] == 1
    app.database.close()


async def test_systemd_hears_that_it_is_ready_alive_and_stopping(standin: Standin, home: Path, tmp_path: Path) -> None:
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(0.2)
        async with running(home, {**on_slack(standin), "NOTIFY_SOCKET": str(tmp_path / "notify")}) as bot:
            await bot.end()
        for _ in range(3):
            heard.append(line.recv(100).decode())
    assert sorted(heard) == ["READY=1", "STOPPING=1", "WATCHDOG=1"]
    assert heard[-1] == "STOPPING=1"


async def test_a_port_that_is_taken_stops_nothing(standin: Standin, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with running(home, {**on_slack(standin), "WEGWIJZER_HEALTH_PORT": str(port)}, wait=False) as bot:
            await until(lambda: len(standin.sockets) == 2, 60)
            await ask(standin)
            await until(lambda: bool(said(standin)))
            await bot.end()
    assert f"health cannot be asked on port {port}".encode() in bot.log
