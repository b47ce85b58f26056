"""Slack at its worst: two bots on one database and one app, while Slack repeats, swaps, refuses, loses and hangs up."""

import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.platforms.slack.blocks import marker_of
from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.faults.delivery import Row
from tests.slack.deliveries import event, room_of
from tests.slack.standin import ACK_WITHIN, APP_TOKEN, BOT_TOKEN, SECRET, Standin
from tests.slack.workspace import BOT, IRIS, TEAM, Body

WORDS = ("!start-case", "nee", "basisschool")
"""What each person types, one after the answer to the other."""

ANSWERS = ("Stap 1", "Stap 2", "Stap 3")
RETRIES = 3
_AT_ONCE = 40  # people who talk at the same time
_MEMORY = Path("/dev/shm")


@dataclass
class Tally:
    """What was seen."""

    acks: list[float] = field(default_factory=list)
    unanswered: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Storm:
    """One run: `people` conversations of three messages, with `kills` deaths by a signal."""

    people: int
    kills: int = 2
    sign: signal.Signals = signal.SIGKILL
    took: list[float] = field(default_factory=list)
    """Seconds that each end took."""
    seed: int = 11
    patience: float = 900.0  # seconds for the whole
    standin: Standin = field(default_factory=Standin)
    tally: Tally = field(default_factory=Tally)
    bots: list["asyncio.subprocess.Process"] = field(default_factory=list)
    _stray: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self, home: Path) -> Tally:
        """Let it come down; returns what was seen."""
        self.chance = random.Random(self.seed)
        space, began = (await self.standin.start()).space, time.monotonic()
        self.users = [f"UMENS{number:05d}" for number in range(self.people)]
        space.users |= {user: {**space.users[IRIS], "id": user, "name": user.lower()} for user in self.users}
        self.standin.limited, self.standin.lost = 0.05, 0.03
        try:
            for _ in range(2):
                await self._begin(home)
            async with asyncio.timeout(self.patience):
                await self._talk()
        except TimeoutError:
            self.tally.wrong.append("it did not end in time")
        finally:
            await self._end()
        self._count()
        self.tally.seconds = time.monotonic() - began
        return self.tally

    async def _begin(self, home: Path) -> None:
        """Start a bot, and wait until Slack hears from it."""
        lines = len(self.standin.connects)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "WEGWIJZER_"))}
        given = {
            "WEGWIJZER_HOME": str(home), "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_TEAM_ID": TEAM, "SLACK_API_URL": self.standin.api,
        }  # fmt: skip
        with (home / f"bot-{len(self.bots)}.log").open("wb") as log:
            self.bots.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "run", "slack", env=kept | given, stdout=log, stderr=log
                )
            )
        async with asyncio.timeout(60):
            while len(self.standin.connects) < lines + 2:
                await asyncio.sleep(0.05)

    async def _talk(self) -> None:
        gate, done = asyncio.Semaphore(_AT_ONCE), 0

        async def person(user: str) -> None:
            nonlocal done
            async with gate:
                for number, words in enumerate(WORDS):
                    await self._say(user, words)
                    await self._hears(user, number + 1)
                done += 1

        async def deaths() -> None:
            # One after the other, the oldest bot first: one at least is always there to be hurt.
            for number in range(self.kills):
                while done < self.people * (number + 1) // (self.kills + 1):
                    await asyncio.sleep(0.05)
                victim, began = self.bots[number], time.monotonic()
                victim.send_signal(self.sign)
                await victim.wait()
                self.took.append(time.monotonic() - began)
                await self._begin(self._home_of)

        await asyncio.gather(*(person(user) for user in self.users), deaths())
        await asyncio.gather(*self._stray)
        await asyncio.sleep(3)  # what is doubled shows itself late

    async def _say(self, user: str, words: str) -> None:
        """Type it: Slack delivers it until it is told, and three times more, with the same event id or another."""
        space, ts = self.standin.space, self.standin.space.ts()
        said = {"type": "message", "user": user, "team": TEAM, "text": words, "ts": ts, "channel": room_of(user)}
        space.messages[room_of(user)].append({"type": "message", "user": user, "text": words, "ts": ts})
        payload = event({**said, "channel_type": "im", "event_ts": ts})
        for attempt in range(RETRIES):
            other = (
                {**payload, "event_id": f"{payload['event_id']}R{attempt}"} if self.chance.random() < 0.3 else payload
            )
            task = asyncio.create_task(self._later(other, attempt + 1))
            self._stray.add(task)
        for attempt in range(100):
            if await self._deliver(payload, attempt):
                return

    async def _later(self, payload: Body, attempt: int) -> None:
        """A retry, somewhere in the next seconds: before, between or after what is said next."""
        await asyncio.sleep(self.chance.random() * 4)
        await self._deliver(payload, attempt)

    async def _deliver(self, payload: Body, attempt: int) -> bool:
        self.tally.deliveries += 1
        if self.tally.deliveries % 50 == 0:
            with suppress(ConnectionError):
                await self.standin.disconnect()
        try:
            ack = await self.standin.send("events_api", payload, min(attempt, RETRIES))
        except ConnectionError:
            return False
        if ack.seconds is not None:
            self.tally.acks.append(ack.seconds)
        elif not ack.broken:
            self.tally.unanswered += 1  # the line stood: it was simply not answered
        return ack.seconds is not None

    async def _hears(self, user: str, number: int) -> None:
        """Wait until that many answers are there."""
        while sum(m["user"] == BOT for m in self.standin.space.messages[room_of(user)]) < number:
            await asyncio.sleep(0.02)

    async def _end(self) -> None:
        for bot in self.bots:
            if bot.returncode is None:
                bot.terminate()
        for bot in self.bots:
            await bot.wait()
        await self.standin.stop()

    def _count(self) -> None:
        for user in self.users:
            heard = [m for m in self.standin.space.messages[room_of(user)] if m["user"] == BOT]
            markers = {marker_of(m) for m in heard}
            self.tally.lost += sum(not any(answer in str(m) for m in heard) for answer in ANSWERS)
            self.tally.doubled += len(heard) - len(ANSWERS) if len(heard) > len(ANSWERS) else len(heard) - len(markers)

    _home_of: Path = field(default_factory=Path)


def storm(people: int, kills: int = 2, sign: signal.Signals = signal.SIGKILL) -> tuple[Storm, Tally]:
    """One run in a folder of its own."""
    place = _MEMORY if _MEMORY.is_dir() else None
    home = Path(tempfile.mkdtemp(prefix="storm-", dir=place))
    try:
        Library.open(Sources(), home)
        assert (home / INDEX_NAME).exists()
        made = Storm(people, kills, sign)
        made._home_of = home
        return made, asyncio.run(made.run(home))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def rows(people: int = 1000) -> Iterator[Row]:
    """The rows of the fault table."""
    made, seen = storm(people)
    how = (
        f"two bots, {people} conversations, {seen.deliveries} deliveries with {RETRIES} retries of each message, "
        f"5 % 429, 3 % lost replies, a renewed line every 50 deliveries, {made.kills} times SIGKILL"
    )
    told = len(ANSWERS) * people
    late = sorted(seen.acks)
    p99 = late[int(len(late) * 0.99)] * 1000 if late else 0
    failed = len(seen.wrong)
    yield Row("Slack delivers everything several times, in any order", how, "no answer lost", told, seen.lost + failed)
    yield Row("Slack delivers everything several times, in any order", how, "no effect doubled", told, seen.doubled)
    slow = sum(ack > ACK_WITHIN for ack in late) + seen.unanswered
    promised = f"each is acknowledged within 3 s (p99 {p99:.0f} ms, worst {late[-1] * 1000:.0f} ms)" if late else "acks"
    yield Row("Slack waits three seconds at most", how, promised, len(late) + seen.unanswered, slow)
    early = len(made.standin.too_early)
    yield Row("Slack refuses for a while", how, "no post before Retry-After is over", len(made.standin.waits), early)
    invalid = len(made.standin.space.invalid)
    yield Row("Slack checks Block Kit", how, "no payload that Slack would refuse", told, invalid)


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        print(row)
