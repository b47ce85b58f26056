"""A bot in a process to be killed, people with rooms, and the count of what came of it."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.matrix.friend import Friend
from tests.matrix.synapse import Synapse

_NUMBERS = count(1)


@dataclass
class Tally:
    """What came of a scene: messages said, and answers missing, repeated or unreadable."""

    said: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    kills: int = 0

    @property
    def failures(self) -> int:
        """Everything that went wrong."""
        return self.lost + self.doubled + self.unreadable


@dataclass
class World:
    """A bot in a process, and people with rooms, on one homeserver."""

    synapse: Synapse
    folder: Path
    kills: int = 0
    people: list[Friend] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.home.mkdir()
        self.bot = self.synapse.register(f"fbot{next(_NUMBERS)}", "geheim")["user_id"]
        self._process: asyncio.subprocess.Process | None = None

    async def up(self, crash_at: str = "") -> None:
        """Start the bot; with `crash_at` it dies at that point."""
        environment = {**os.environ, "CRASH_AT": crash_at}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.matrix.fault_worker", str(self.home), self.synapse.url, self.bot,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        assert self._process.stdout
        await self._process.stdout.readline()

    async def down(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End the bot."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(sign)
            self.kills += 1
        if self._process:
            await self._process.wait()

    @property
    def dead(self) -> bool:
        """Whether the bot has ended by itself."""
        return self._process is None or self._process.returncode is not None

    def person(self, name: str = "iris") -> Friend:
        """Somebody with a client."""
        account = self.synapse.register(f"{name}{next(_NUMBERS)}")
        self.people.append(Friend(self.synapse.url, account, self.folder / account["user_id"][1:].partition(":")[0]))
        return self.people[-1]

    async def room(self, person: Friend, *others: Friend) -> str:
        """A room of these people and the bot."""
        await person.sync()
        room = await person.room(self.bot, *(other.id for other in others))
        await person.until(room, self.bot, 30)
        self.rooms.append(room)
        return room

    async def say(self, person: Friend, room: str) -> str:
        """Say something to the bot."""
        words = f"bericht {len(self.said) + 1:04d}"
        self.said.append(words)
        await person.say(room, words, **{"m.mentions": {"user_ids": [self.bot]}})
        return words

    async def settle(self, longest: float = 60.0, quiet: float = 2.0) -> Tally:
        """Wait until everything is answered, and a little longer, and count."""
        end = time.monotonic() + longest
        while time.monotonic() < end and not all(self.answers()[words] for words in self.said):
            await self._sync()
        calm = time.monotonic() + quiet
        while time.monotonic() < calm:
            await self._sync()
        found = self.answers()
        return Tally(
            len(self.said),
            sum(1 for words in self.said if not found[words]),
            sum(1 for words in self.said if found[words] > 1),
            sum(1 for e in self.people[0].unreadable if e.sender == self.bot),
            self.kills,
        )

    async def _sync(self) -> None:
        if self.dead:
            await self.up()
        await asyncio.gather(*(person.sync(100) for person in self.people[:1]))

    def answers(self) -> Counter[str]:
        """How often each message was answered, as the first person saw it."""
        found: Counter[str] = Counter()
        for _, event in self.people[0].heard:
            body = str(event["content"].get("body", ""))
            if body.startswith("antwoord op: "):
                found[body.removeprefix("antwoord op: ")[:12]] += 1
        return found

    def memory(self) -> float:
        """Resident memory of the bot, in MB."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    async def close(self) -> None:
        """End everything."""
        await self.down()
        for person in self.people:
            await person.close()
