"""How long an answer takes on Matrix, and what a thousand messages do to memory."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.matrix.synapse import Synapse
from tests.matrix.world import World


def measure(timed: int = 60, messages: int = 1000) -> dict[str, Any]:
    """Milliseconds from a message to the answer in another client (p50, p95), and resident memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        synapse = Synapse(Path(folder) / "synapse")
        synapse.start()
        (Path(folder) / "world").mkdir()
        try:
            return asyncio.run(_measure(World(synapse, Path(folder) / "world"), timed, messages))
        finally:
            synapse.stop()


async def _measure(world: World, timed: int, messages: int) -> dict[str, Any]:
    await world.up()
    try:
        person = world.person()
        room = await world.room(person)
        took = [await _one(world, person, room) for _ in range(timed)]
        before = world.memory()
        while len(world.said) < messages:
            for _ in range(20):
                await world.say(person, room)
            await world.settle(quiet=0)
        after = world.memory()
    finally:
        await world.close()
    cuts = quantiles(took, n=20)
    return {
        "message to answer, p50 ms": round(cuts[9]), "message to answer, p95 ms": round(cuts[18]),
        "memory at first, MB": round(before), f"memory after {messages} messages, MB": round(after),
    }  # fmt: skip


async def _one(world: World, person: Any, room: str) -> float:
    """Milliseconds from sending a message until its answer is read."""
    start = time.perf_counter()
    words = await world.say(person, room)
    while not world.answers()[words]:
        await person.sync(1000)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    print(measure())
