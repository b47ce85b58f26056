"""Slack at its worst: two bots on one database and one app, while Slack repeats, swaps, refuses, loses and hangs up."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.faults.delivery import Row
from tests.faults.slack_talk import ANSWERS, RETRIES, Post, Talker, everybody
from tests.slack.standin import ACK_WITHIN, APP_TOKEN, BOT_TOKEN, SECRET, Standin
from tests.slack.workspace import IRIS, OPEN, TEAM

__all__ = ["ANSWERS", "Storm", "Tally", "rows", "storm"]

CHANNELS = 50
_AT_ONCE = 50  # people who talk at the same time
_MEMORY = Path("/dev/shm")
_LATE = 3.0  # seconds: what is doubled shows itself late


@dataclass
class Tally:
    """What was seen. `effects`: what is in the database more or less often than it was asked for."""

    acks: list[float] = field(default_factory=list)
    unanswered: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    effects: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Storm:
    """One run: so many people who talk, with `kills` deaths by a signal."""

    people: int
    kills: int = 2
    sign: signal.Signals = signal.SIGKILL
    took: list[float] = field(default_factory=list)
    """Seconds that each end took."""
    seed: int = 11
    patience: float = 1800.0  # seconds for the whole
    standin: Standin = field(default_factory=Standin)
    bots: list["asyncio.subprocess.Process"] = field(default_factory=list)

    async def run(self, home: Path) -> Tally:
        """Let it come down on a bot in this folder; returns what was seen."""
        began = time.monotonic()
        await self.standin.start()
        post = Post(self.standin, random.Random(self.seed))
        talkers = everybody(post, self._users(), self._channels())
        tally = Tally()
        self.standin.limited, self.standin.lost = 0.05, 0.03
        try:
            for _ in range(2):
                await self._begin(home)
            async with asyncio.timeout(self.patience):
                await self._talk(talkers, home)
                await post.finish()
                await asyncio.sleep(_LATE)
        except TimeoutError:
            tally.wrong.append("it did not end in time")
        finally:
            await self._end()
        tally.acks, tally.unanswered, tally.deliveries = post.acks, post.unanswered, post.deliveries
        tally.lost, tally.doubled = sum(t.lost() for t in talkers), sum(t.doubled() for t in talkers)
        tally.effects, tally.seconds = _effects(home / "wegwijzer.db", talkers), time.monotonic() - began
        return tally

    def _users(self) -> list[str]:
        space = self.standin.space
        users = [f"UMENS{number:05d}" for number in range(self.people)]
        space.users |= {user: {**space.users[IRIS], "id": user, "name": user.lower()} for user in users}
        return users

    def _channels(self) -> list[str]:
        """Channels of which the history may be read, so that there too a post is looked up and never doubled."""
        space = self.standin.space
        space.granted = space.granted | {"channels:history", "groups:history"}
        channels = [f"C0KANAAL{number:02d}" for number in range(CHANNELS)]
        space.channels |= {id: {**space.channels[OPEN], "id": id, "name": id.lower()} for id in channels}
        return channels

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

    async def _talk(self, talkers: list[Talker], home: Path) -> None:
        gate, done = asyncio.Semaphore(_AT_ONCE), 0

        async def talk(talker: Talker) -> None:
            nonlocal done
            async with gate:
                await talker.talk()
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
                await self._begin(home)

        await asyncio.gather(*(talk(talker) for talker in talkers), deaths())

    async def _end(self) -> None:
        for bot in self.bots:
            if bot.returncode is None:
                bot.terminate()
        for bot in self.bots:
            await bot.wait()
        await self.standin.stop()


def _effects(file: Path, talkers: list[Talker]) -> int:
    """How far the database is from one case with two answers for everybody, and one meeting for who plans."""
    plans = sum(talker.plans for talker in talkers)
    wanted = {
        "SELECT count(*) FROM case_file": len(talkers),
        "SELECT count(*) FROM case_audit WHERE kind = 'answer'": 2 * len(talkers),
        "SELECT count(*) FROM case_answer": 2 * len(talkers),
        "SELECT count(*) FROM meeting": plans,
        "SELECT count(*) FROM meeting_audit WHERE kind = 'plan'": plans,
    }
    with closing(sqlite3.connect(file)) as database:
        return sum(abs(database.execute(query).fetchone()[0] - count) for query, count in wanted.items())


def storm(people: int, kills: int = 2, sign: signal.Signals = signal.SIGKILL) -> tuple[Storm, Tally]:
    """One run in a folder of its own."""
    place = _MEMORY if _MEMORY.is_dir() else None
    home = Path(tempfile.mkdtemp(prefix="storm-", dir=place))
    try:
        Library.open(Sources(), home)
        assert (home / INDEX_NAME).exists()
        made = Storm(people, kills, sign)
        return made, asyncio.run(made.run(home))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def rows(people: int = 1000) -> Iterator[Row]:
    """The rows of the fault table."""
    made, seen = storm(people)
    how = (
        f"two bots, {people} conversations, {seen.deliveries} deliveries: {RETRIES} retries of each message, press and "
        f"mention, some under another event id, two messages in the wrong order; 5 % 429, 3 % lost replies, a renewed "
        f"line every 50 deliveries, {made.kills} times SIGKILL; {seen.seconds:.0f} s"
    )
    late = sorted(seen.acks)
    told, slow = len(ANSWERS) * people, sum(ack > ACK_WITHIN for ack in late) + seen.unanswered
    p99, worst = (late[int(len(late) * 0.99)] * 1000, late[-1] * 1000) if late else (0.0, 0.0)
    yield Row("Slack repeats, swaps and loses: answers", how, "none is lost", told, seen.lost + len(seen.wrong))
    yield Row("Slack repeats, swaps and loses: messages", how, "none comes twice", told, seen.doubled)
    yield Row(
        "Slack repeats, swaps and loses: effects", how, "each case, answer and meeting is made once", told, seen.effects
    )
    yield Row(
        "Slack waits three seconds at most", how,
        f"each delivery is acknowledged within 3 s (p99 {p99:.0f} ms, worst {worst:.0f} ms)",
        len(late) + seen.unanswered, slow,
    )  # fmt: skip
    yield Row(
        "Slack refuses for a while", how, "no post, and none in that place, before Retry-After is over",
        made.standin.refusals, len(made.standin.too_early),
    )  # fmt: skip
    invalid = len(made.standin.space.invalid)
    yield Row("Slack checks Block Kit", how, "no payload that Slack would refuse", told, invalid)


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        print(row)
