"""How long an answer takes on Matrix, encrypted, and what a thousand messages do to memory: the bot as one runs it."""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.library import Library
from knowledge.sources import Sources
from tests.bench.processes import percentiles
from tests.bot_process import running
from tests.matrix.between import Between
from tests.matrix.friend import Friend
from tests.matrix.synapse import MEMORY, Synapse

_QUESTIONS = (
    "wie bel ik bij zorgen over een leerling?", "heb ik toestemming nodig?", "wie zit er bij een MDO?",
    "de leerling is 13, wie moet toestemming geven?", "de wachtlijst is te lang, wat nu?",
)  # fmt: skip
_PEOPLE, _ROOMS = 5, 20
_QUIET = 0.3  # seconds: after an answer the homeserver is still busy with a receipt and four reactions


def figures(timed: int = 100, messages: int = 1000) -> dict[str, Any]:
    """Milliseconds: `bot` from the stream that brings the bot a question to the homeserver's word that it has the
    answer; `server` from a question taken to its answer taken, both by the homeserver's clock; `seen` from sending to
    reading it in another client; `rushed` is `server` without a pause between an answer and the next question. Then
    the bot's memory in MB before and after `messages`."""
    # The homeserver's disk is not ours to measure.
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir=MEMORY) as beside:
        synapse = Synapse(Path(beside) / "synapse")
        synapse.start()
        try:
            return asyncio.run(_figures(synapse, Path(folder), timed, messages))
        finally:
            synapse.stop()


@dataclass
class _Door:
    """What passes the bot's door: when each event came in over the stream, and when each of its posts was taken."""

    came: dict[str, float] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)
    last: float = 0.0
    """When it last did something: an answer is followed by a receipt and reactions."""

    def passed(self, path: str, body: bytes) -> None:
        """Note the events in an answer of the homeserver."""
        if "/sync" not in path:
            self.last = time.perf_counter()
        if path.endswith("/sync") or "/send/m.room.encrypted/" in path:
            side = self.came if path.endswith("/sync") else self.taken
            for event in re.findall(rb'"event_id":\s*"([^"]+)"', body):
                side.setdefault(event.decode(), time.perf_counter())


async def _figures(synapse: Synapse, folder: Path, timed: int, messages: int) -> dict[str, Any]:
    home = folder / "home"
    await asyncio.to_thread(Library.open, Sources(), home)
    user = synapse.register("wegwijzer", "geheim")["user_id"]
    between, door = Between(synapse.url), _Door()
    between.passed = door.passed
    await between.start()
    given = {"MATRIX_HOMESERVER": between.url, "MATRIX_USER_ID": user, "MATRIX_PASSWORD": "geheim"}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(between.close)
        bot = await stack.enter_async_context(running(home, given))
        people = [Friend(synapse.url, synapse.register(f"iris{n}"), folder / f"iris{n}") for n in range(_PEOPLE)]
        for person in people:
            stack.push_async_callback(person.close)
        rooms = [(person, await _room(person, user)) for person in people]
        times = await _times(rooms, door, timed, _QUIET)
        rushed = await _times(rooms, door, timed, 0.0)
        before = memory(bot.pid)
        more = [(people[0], await _room(people[0], user)) for _ in range(_ROOMS)]
        await _many(more, messages)
        return {
            **times,
            "rushed": rushed["server"],
            "count": timed,
            "messages": messages,
            "before": before,
            "after": memory(bot.pid),
        }


async def _room(person: Friend, bot: str) -> str:
    await person.sync()
    room = await person.room(bot)
    await person.until(room, bot, 60)
    await person.hears(lambda event: event["content"].get("msgtype") == "m.notice")
    return room


async def _times(
    rooms: Sequence[tuple[Friend, str]], door: _Door, count: int, quiet: float
) -> dict[str, dict[str, float]]:
    """Each question when the one before it was answered and nothing has come from the bot for `quiet` seconds."""
    bot, server, seen = [], [], []
    for number in range(count + _PEOPLE):
        person, room = rooms[number % len(rooms)]
        heard, began = len(person.heard), time.perf_counter()
        asked = await person.say(room, _QUESTIONS[number % len(_QUESTIONS)])
        answer = await person.hears(lambda event: event["content"].get("msgtype") == "m.notice", start=heard)
        seen.append((time.perf_counter() - began) * 1000)
        bot.append((await _until_taken(door, str(answer["event_id"])) - door.came[asked]) * 1000)
        server.append(float(answer["origin_server_ts"] - await _taken(person, room, asked)))
        await person.sync()
        while time.perf_counter() - door.last < quiet:
            await asyncio.sleep(0.02)
    # Without the first question of each: then devices get to know each other.
    return {name: _cuts(each[_PEOPLE:]) for name, each in (("bot", bot), ("server", server), ("seen", seen))}


async def _until_taken(door: _Door, event: str) -> float:
    """When the bot was told that its post was taken; others may see it before."""
    async with asyncio.timeout(60):
        while event not in door.taken:
            await asyncio.sleep(0.001)
    return door.taken[event]


async def _taken(person: Friend, room: str, event: str) -> int:
    """When the homeserver took an event, in milliseconds."""
    return int((await person.client.room_get_event(room, event)).event.server_timestamp)


def _cuts(times: list[float]) -> dict[str, float]:
    return percentiles([time / 1000 for time in times])


async def _many(rooms: Sequence[tuple[Friend, str]], count: int) -> None:
    """Ask in turn in each room, and wait until everything is answered."""
    person = rooms[0][0]
    heard, places = len(person.heard), {room for _, room in rooms}
    for number in range(count):
        await person.say(rooms[number % len(rooms)][1], _QUESTIONS[number % len(_QUESTIONS)])
        if number % len(rooms) == 0:
            await person.sync()
    end = time.monotonic() + 600
    while _answers(person, heard, places) < count:
        assert time.monotonic() < end, "not everything was answered"
        await person.sync(500)


def _answers(person: Friend, start: int, rooms: set[str]) -> int:
    """How many questions have an answer: an answer with choices or a place to find it, or more than one line."""
    return sum(1 for room, e in person.heard[start:] if room in rooms and e["content"].get("msgtype") == "m.notice")


def memory(pid: int) -> float:
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    print(figures(*map(int, sys.argv[1:])))
