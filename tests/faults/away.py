"""A platform is away, silent, or no longer lets us in: how often we ask, when it is told, and what is lost by it."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bot.app import App
from bot.settings import Settings
from tests.bot_process import BotProcess, on_slack, running
from tests.faults.exceptions import QUESTION
from tests.matrix.between import BAD_GATEWAY, SILENCE, Between, Fault, signed_out
from tests.matrix.bot_house import House
from tests.matrix.friend import Friend
from tests.matrix.synapse import Synapse
from tests.slack.deliveries import room_of
from tests.slack.house import until
from tests.slack.standin import BOT_TOKEN, Standin
from tests.slack.workspace import CORA, FATIMA, IRIS

_BEGIN = 3.0  # seconds in which what was under way when it broke may still ask
_HEALS = 120.0  # seconds to be well again, and to settle what was unsure
ALARM = 60.0  # seconds until health says so
TOLD = 300.0  # seconds until the coordinators are told of silence


@dataclass
class Seen:
    """What was seen of one outage. `most`: requests in one second; `alarm`: seconds until it was told."""

    seconds: int = 0
    requests: int = 0
    most: int = 0
    alarm: float = float("inf")
    lost: int = 0
    doubled: int = 0


def _count(seen: Seen, moments: Sequence[float], began: float) -> None:
    """Count what was asked, once the first seconds are over."""
    late = [moment for moment in moments if moment >= began + _BEGIN]
    seen.requests = len(late)
    seen.most = max(Counter(int(moment - began) for moment in late).values(), default=0)


class Gone:
    """Nobody but us on the port: every connection is counted and broken off."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def start(self, port: int) -> None:
        """Take the port."""
        self._server = await asyncio.start_server(self._break, "127.0.0.1", port)

    async def stop(self) -> None:
        """Leave it."""
        self._server.close()
        await self._server.wait_closed()

    async def _break(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(time.monotonic())
        cast(asyncio.Transport, writer.transport).abort()


@dataclass
class SlackAway:
    """One outage of Slack, seen by a real process; `kind`: token, broken, gone or hanging."""

    kind: str
    standin: Standin
    gone: Gone

    async def begin(self) -> None:
        """It goes."""
        match self.kind:
            case "token":
                self.standin.tokens.discard(BOT_TOKEN)
            case "broken":
                await self.standin.fall()
            case "gone":
                await self.standin.vanish()
                await self.gone.start(self.standin._port)
            case "hanging":
                self.standin.slow = {"*": 3600.0}

    async def end(self) -> None:
        """It is back."""
        self.standin.tokens.add(BOT_TOKEN)
        self.standin.slow = {}
        if self.kind == "gone":
            await self.gone.stop()
        if self.kind in ("gone", "broken"):
            await self.standin.come_back()

    @property
    def asked(self) -> list[float]:
        """When something was asked."""
        return sorted([at for _, _, at in self.standin.calls] + self.gone.asked)


SLACK = ("token", "broken", "gone", "hanging")


async def slack_outage(home: Path, kind: str, seconds: int) -> Seen:
    """A bot that has something to post while Slack is away."""
    seen, away = Seen(seconds), SlackAway(kind, await Standin().start(), Gone())
    space = away.standin.space
    async with running(home, on_slack(away.standin)) as bot:
        await away.begin()
        began = time.monotonic()
        _post(home, IRIS, FATIMA, CORA)
        seen.alarm = await _told(bot, began)
        await asyncio.sleep(max(0.0, began + _BEGIN + seconds - time.monotonic()))
        _count(seen, away.asked, began)
        await away.end()

        def placed() -> Counter[str]:
            people = (IRIS, FATIMA, CORA)
            return Counter({p: sum("Bericht" in str(m) for m in space.messages[room_of(p)]) for p in people})

        with suppress(TimeoutError):
            await until(lambda: all(placed().values()), _HEALS)
        await asyncio.sleep(3)
        seen.lost, seen.doubled = sum(n == 0 for n in placed().values()), sum(n > 1 for n in placed().values())
        await bot.end()
    await away.standin.stop()
    return seen


def _post(home: Path, *people: str) -> None:
    app = App(Settings(home=home))
    for person in people:
        app.outbox.post(f"away/{person}", f"slack:{person}", f"Bericht voor {person}", app.now())
    app.database.close()


async def _told(bot: BotProcess, began: float) -> float:
    """Seconds until health says that something is wrong."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ALARM * 2):
            while (await bot.health())[0] != 503:
                await asyncio.sleep(0.2)
            return time.monotonic() - began
    return float("inf")


async def slack_silence(home: Path) -> Seen:
    """A line that opens and says nothing more; the coordinator is told over what still works. It takes four minutes."""
    seen, standin = Seen(), await Standin().start()
    standin.deaf = True
    began = time.monotonic()
    async with running(home, on_slack(standin), wait=False) as bot:
        with suppress(TimeoutError):
            await until(lambda: any("werkt niet goed" in str(m) for m in standin.space.messages[room_of(CORA)]), TOLD)
            seen.alarm = time.monotonic() - began
        seen.doubled = sum("werkt niet goed" in str(m) for m in standin.space.messages[room_of(CORA)]) - 1
        await bot.end()
    await standin.stop()
    return seen


MATRIX: Mapping[str, Fault] = {
    "refuses the token": signed_out(soft=False),
    "is broken (502)": BAD_GATEWAY,
    "hangs": SILENCE,
}


async def matrix_outage(synapse: Synapse, folder: Path, index: Path, fault: Fault, seconds: int) -> Seen:
    """A bot on a real homeserver with somebody in between, who asks something meanwhile."""
    seen, between = Seen(seconds), Between(synapse.url)
    await between.start()
    bot, iris, room = await _acquainted(synapse, between, folder, index)
    assert bot.connection
    connection = bot.connection
    between.wrong = lambda method, path: fault
    began = time.monotonic()
    await iris.say(room, QUESTION)
    with suppress(AssertionError):
        await bot.until(lambda: bool(connection.trouble()), ALARM * 2)
        seen.alarm = time.monotonic() - began
    await asyncio.sleep(max(0.0, began + _BEGIN + seconds - time.monotonic()))
    _count(seen, [moment for moment, _, _ in between.asked], began)
    between.heal()
    with suppress(TimeoutError):
        await iris.hears("0800-2000", _HEALS)
    await asyncio.sleep(2)
    await iris.sync(500)
    heard = sum("0800-2000" in words for words in iris.words(room))
    seen.lost, seen.doubled = int(heard == 0), int(heard > 1)
    await bot.stop(calm=False)
    await iris.client.close()
    await between.close()
    return seen


async def _acquainted(synapse: Synapse, between: Between, folder: Path, index: Path) -> tuple[House, Friend, str]:
    """A bot reached through `between`, and a coordinator who has a room with it."""
    folder.mkdir()
    (folder / index.name).symlink_to(index)
    account = synapse.register(f"abot{folder.name}", "geheim")
    iris = Friend(synapse.url, synapse.register(f"airis{folder.name}"), folder / "iris")
    bot = House(cast(Any, between), account["user_id"], folder, coordinators=(iris.id,))
    await bot.start()
    await iris.sync()
    room = await iris.room(bot.user)
    await iris.until(room, bot.user, 30)
    await iris.hears("Wegwijzer", 30)
    return bot, iris, room


async def matrix_silence(synapse: Synapse, folder: Path, index: Path) -> Seen:
    """A homeserver that takes what is sent and lets nothing be heard; told over what still works, in some minutes."""
    seen, between = Seen(), Between(synapse.url)
    await between.start()
    bot, iris, _ = await _acquainted(synapse, between, folder, index)
    between.fail(SILENCE, "/sync")
    began = time.monotonic()
    with suppress(TimeoutError):
        await iris.hears("werkt niet goed", TOLD)
        seen.alarm = time.monotonic() - began
    seen.doubled = sum("werkt niet goed" in words for words in iris.words()) - 1
    await bot.stop(calm=False)
    await iris.client.close()
    await between.close()
    return seen
