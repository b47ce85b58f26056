"""How long it takes on Slack: from an event delivered to the answer posted, over both ways in."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from knowledge.library import INDEX_NAME, Library
from knowledge.sources import Sources
from tests.bench.processes import percentiles
from tests.slack.deliveries import direct, room_of
from tests.slack.house import House, open_house
from tests.slack.standin import Standin
from tests.slack.workspace import IRIS

_QUESTIONS = (
    "wie bel ik bij zorgen over een leerling?", "heb ik toestemming nodig?", "wie zit er bij een MDO?",
    "de leerling is 13, wie moet toestemming geven?", "de wachtlijst is te lang, wat nu?",
)  # fmt: skip
_PEOPLE = 10


async def measure(house: House, count: int) -> list[float]:
    """Seconds for so many questions, one after the other, each from the next of a few people."""
    space, found = house.standin.space, []
    users = [f"UMENS{number:05d}" for number in range(_PEOPLE)]
    space.users |= {user: {**space.users[IRIS], "id": user} for user in users}
    for number in range(count + _PEOPLE):
        user = users[number % _PEOPLE]
        said, payload = len(house.said(room_of(user))), direct(space, _QUESTIONS[number % len(_QUESTIONS)], user)
        began = time.perf_counter()
        await house.deliver("events_api", payload)
        while len(house.said(room_of(user))) == said:
            await asyncio.sleep(0.001)
        found.append(time.perf_counter() - began)
    return found[_PEOPLE:]  # without the first of each person, when who they are is asked from Slack


async def both(index: Path, count: int) -> dict[str, Any]:
    """p50, p95 and p99 over Socket Mode and over signed HTTP, in milliseconds."""
    made = {}
    for name, over_http in (("Socket Mode", False), ("signed HTTP", True)):
        standin = await Standin().start()
        with tempfile.TemporaryDirectory() as home:
            async with open_house(standin, Path(home), index, over_http) as house:
                seconds = await measure(house, count)
        await standin.stop()
        made[name] = {"count": count, **percentiles(seconds)}
    return made


def figures(index: Path, count: int = 200) -> dict[str, Any]:
    """Event to answer posted, against the stand-in on this machine; `index` is a built index file."""
    return asyncio.run(both(index, count))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    Library.open(Sources(), folder)
    print(figures(folder / INDEX_NAME))
