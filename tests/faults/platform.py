"""A chat platform in its own process that keeps the truth: what was posted, and which calls came too early.

One request a connection, one line of JSON each way. It refuses with 429, drops requests before or after storing, and
shows a message in its history only after a while.
"""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any


@dataclass(frozen=True)
class Manners:
    """How it misbehaves: shares of posts, and seconds."""

    busy: float = 0.05
    drop_before: float = 0.05
    drop_after: float = 0.08
    retry_after: float = 0.3
    lag: tuple[float, float] = (0.05, 0.3)
    seed: int = 1


@dataclass
class Truth:
    """Everything that happened."""

    manners: Manners
    stored: dict[str, tuple[str, float]] = field(default_factory=dict)
    texts: Counter[str] = field(default_factory=Counter)
    order: list[tuple[str, str]] = field(default_factory=list)
    closed_until: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.manners.seed)

    def answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a request; None when the connection just ends."""
        return {"post": self._post, "look": self._look, "truth": self._truth}[request["op"]](request)

    def _post(self, request: dict[str, Any]) -> dict[str, Any] | None:
        dest, now, roll = request["dest"], monotonic(), self.random.random()
        if now < self.closed_until.get(dest, 0.0):
            self.counts["early"] += 1
        if roll < (edge := self.manners.busy):
            self.counts["busy"] += 1
            self.closed_until[dest] = now + self.manners.retry_after
            return {"status": 429, "retry_after": self.manners.retry_after}
        if roll < (edge := edge + self.manners.drop_before):
            self.counts["dropped before"] += 1
            return None
        self.stored.setdefault(
            request["marker"], (f"m{len(self.stored)}", now + self.random.uniform(*self.manners.lag))
        )
        self.texts[request["text"]] += 1
        self.order.append((dest, request["text"]))
        if roll < edge + self.manners.drop_after:
            self.counts["dropped after"] += 1
            return None
        return {"status": 200, "id": self.stored[request["marker"]][0]}

    def _look(self, request: dict[str, Any]) -> dict[str, Any]:
        self.counts["look-ups"] += 1
        id, visible = self.stored.get(request["marker"], ("", float("inf")))
        return {"id": id if monotonic() >= visible else ""}

    def _truth(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"texts": dict(self.texts), "order": self.order, "counts": dict(self.counts)}


def serve(manners: Manners, ready: Connection) -> None:
    """Run the platform until killed; sends its port through `ready`."""
    asyncio.run(_serve(Truth(manners), ready))


async def _serve(truth: Truth, ready: Connection) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line.endswith(b"\n"):  # a request cut off half-way never arrived
            answer = truth.answer(json.loads(line))
            if answer is not None:
                writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=512, limit=2**20)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def ask(port: int, request: dict[str, Any]) -> dict[str, Any]:
    """One request from the harness itself."""
    return asyncio.run(call(port, request, 30.0))


async def call(port: int, request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """One request. Raises OSError when there is no connection or no answer, TimeoutError when it takes too long."""
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**26)
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            line = await reader.readline()
        finally:
            writer.close()
    if not line.endswith(b"\n"):
        raise ConnectionResetError("no answer")
    answer: dict[str, Any] = json.loads(line)
    return answer
