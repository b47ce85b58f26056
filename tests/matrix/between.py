"""A server between a client and the homeserver: passes everything on, and now and then says something of its own."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web


@dataclass(frozen=True)
class Fault:
    """What is answered instead: a status with a body (JSON, or the HTML of a web server), or nothing for ever."""

    status: int = 0
    body: dict[str, Any] | str = ""
    headers: dict[str, str] = field(default_factory=dict)


BAD_GATEWAY = Fault(502, "<html><body><h1>502 Bad Gateway</h1></body></html>")
SILENCE = Fault()


def limited(seconds: int) -> Fault:
    """Too many requests, as a homeserver says it."""
    body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": seconds * 1000}
    return Fault(429, body, {"Retry-After": str(seconds)})


def signed_out(soft: bool) -> Fault:
    """The token is not known any more."""
    return Fault(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Access token has expired", "soft_logout": soft})


class Between:
    """One such server; `wrong` says of a request (method, path) what is answered instead, or None."""

    def __init__(self, homeserver: str) -> None:
        self.homeserver, self.url = homeserver, ""
        self.wrong: Callable[[str, str], Fault | None] = lambda method, path: None
        self.asked: list[tuple[float, str, str]] = []
        """Moment in seconds, method and path of every request."""
        self.passed: Callable[[str, bytes], None] = lambda path, body: None
        """Hears the path and the body of every answer, just before it goes back."""

    async def start(self) -> None:
        """Listen at `url`."""
        self._session = ClientSession(timeout=ClientTimeout(total=120), auto_decompress=False)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{tail:.*}", self._pass_on)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop."""
        await self._runner.cleanup()
        await self._session.close()

    def fail(self, fault: Fault, *ends: str, times: int = 1_000_000) -> None:
        """Answer requests whose path ends so with a fault, so many times."""
        left = times

        def wrong(method: str, path: str) -> Fault | None:
            nonlocal left
            if left and path.endswith(ends):
                left -= 1
                return fault
            return None

        self.wrong = wrong

    def heal(self) -> None:
        """Pass everything on again."""
        self.wrong = lambda method, path: None

    def times(self, end: str, since: float = 0.0) -> Sequence[float]:
        """When paths that end so were asked for."""
        return [moment for moment, _, path in self.asked if path.endswith(end) and moment >= since]

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((time.monotonic(), request.method, request.path))
        fault = self.wrong(request.method, request.path)
        if fault is not None:
            return await self._answer(fault)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
        data = await request.read()
        async with self._session.request(
            request.method, self.homeserver + request.raw_path, data=data or None, headers=headers
        ) as found:
            kept = {k: v for k, v in found.headers.items() if k.lower() in ("content-type", "retry-after")}
            body = await found.read()
            self.passed(request.path, body)
            return web.Response(status=found.status, body=body, headers=kept)

    async def _answer(self, fault: Fault) -> web.Response:
        if not fault.status:
            await asyncio.sleep(3600)
        if isinstance(fault.body, str):
            return web.Response(status=fault.status, text=fault.body, content_type="text/html", headers=fault.headers)
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)
