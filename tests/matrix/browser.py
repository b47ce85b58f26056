"""Chromium without a window, spoken to in its DevTools protocol: as much of it as one smoke test needs."""

import asyncio
import base64
import json
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--remote-debugging-port=0", "--remote-allow-origins=*", "--lang=nl",
    # It would look for newer versions of itself and its parts; tests talk to this machine only.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pings", "--disable-domain-reliability",
)  # fmt: skip


def chromium() -> str:
    """The browser of this machine; empty when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


class Page:
    """One page of one browser."""

    def __init__(self, process: asyncio.subprocess.Process, socket: ClientWebSocketResponse) -> None:
        self._process, self._socket = process, socket
        self._numbers = count(1)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._numbers)
        await self._socket.send_str(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            found = json.loads(await self._socket.receive_str(timeout=30))
            if found.get("id") == number:
                assert "error" not in found, found["error"]
                return dict(found["result"])

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str, longest: float = 30.0) -> Any:
        """Wait until an expression is true; returns its value."""
        end = time.monotonic() + longest
        while time.monotonic() < end:
            if value := await self.run(script):
                return value
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{script}\n{await self.run('document.body.innerText')}"[-3000:])

    async def click(self, selector: str, text: str = "") -> None:
        """Click the first element that fits and holds this text, once it is there."""
        fits = f"[...document.querySelectorAll({selector!r})].find(e => e.textContent.includes({text!r}))"
        await self.until(f"(() => {{ const e = {fits}; e?.click(); return !!e; }})()")

    async def type(self, selector: str, text: str, enter: bool = False) -> None:
        """Type into a field, once it is there."""
        await self.until(f"(() => {{ const e = document.querySelector({selector!r}); e?.focus(); return !!e; }})()")
        await self.call("Input.insertText", text=text)
        if enter:
            for kind in ("keyDown", "keyUp"):
                await self.call(
                    "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13
                )

    async def picture(self, file: Path) -> None:
        """What is to be seen now, as PNG."""
        found = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))

    async def close(self) -> None:
        """End the browser."""
        with suppress(AssertionError, TypeError, ConnectionError, TimeoutError):
            await self.call("Browser.close")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 5)
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def open_page(session: ClientSession, url: str, profile: Path, size: Sequence[int]) -> Page:
    """A browser with one page at this address; `size` in pixels."""
    process = await asyncio.create_subprocess_exec(
        chromium(), *_FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    port = await _port(profile / "DevToolsActivePort")
    async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
        target = next(one for one in await answer.json() if one["type"] == "page")
    page = Page(process, await session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=2**26))
    width, height = size
    await page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    await page.call("Emulation.setLocaleOverride", locale="nl-NL")
    await page.call("Page.navigate", url=url)
    return page


async def _port(file: Path, longest: float = 30.0) -> int:
    end = time.monotonic() + longest
    while time.monotonic() < end:
        with suppress(OSError, ValueError, IndexError):
            return int(file.read_text().splitlines()[0])
        await asyncio.sleep(0.1)
    raise TimeoutError("the browser did not start")
