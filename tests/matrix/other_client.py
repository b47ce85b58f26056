"""A person with matrix-js-sdk: other code, another crypto library, driven by JSON lines."""

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from tests.matrix.npm import install, node

SOURCE = Path(__file__).parent / "js"


def bring() -> Path:
    """The folder where it can be run, with matrix-js-sdk. Raises NoNodeError."""
    return install(SOURCE, "js")


class OtherClient:
    """One running client."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.user = self.device = ""
        self._numbers = count(1)

    async def start(self, url: str, user: str, password: str = "pw") -> None:
        """Sign in and wait for the first sync."""
        self._process = await asyncio.create_subprocess_exec(
            node(), "client.mjs", url, user, password, cwd=await asyncio.to_thread(bring), limit=2**24,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())
        ready = await self.until(lambda told: told["what"] == "ready", 30)
        self.user, self.device = ready["user"], ready["device"]

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            with suppress(ValueError):
                self.told.append(json.loads(line))

    async def until(
        self, true: Callable[[dict[str, Any]], bool], longest: float = 15.0, start: int = 0
    ) -> dict[str, Any]:
        """Wait for something it tells."""
        for _ in range(int(longest / 0.02)):
            for told in self.told[start:]:
                if true(told):
                    return told
            assert self._process.returncode is None, "the client ended"
            await asyncio.sleep(0.02)
        raise TimeoutError(json.dumps(self.told[start:])[-2000:])

    async def do(self, order: str, **more: Any) -> Any:
        """Order something and wait for its result."""
        assert self._process.stdin
        number = next(self._numbers)
        self._process.stdin.write((json.dumps({"number": number, "order": order, **more}) + "\n").encode())
        found = await self.until(lambda told: told.get("number") == number, 30)
        assert found["what"] == "done", found
        return found["result"]

    async def say(self, room: str, text: str, **more: Any) -> str:
        """Say something; returns the event's id."""
        sent = await self.do("send", room=room, content={"msgtype": "m.text", "body": text, **more})
        return str(sent["event_id"])

    async def hears(self, text: str, start: int = 0) -> dict[str, Any]:
        """Wait for a readable message with these words."""

        def fits(told: dict[str, Any]) -> bool:
            return told["what"] == "event" and text in str(told["content"].get("body", ""))

        return await self.until(fits, start=start)

    async def close(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
