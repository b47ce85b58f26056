"""Signed HTTP: Slack posts each event to us. What is not surely from Slack is answered with 401, whatever it is."""

import re
from collections.abc import Sequence

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

PATH = "/slack/events"

_TIME = re.compile(r"[0-9]{9,11}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_LARGEST = 2**20  # bytes; Slack's payloads are far smaller


async def serve(app: AsyncApp, port: int, host: str = "0.0.0.0") -> web.AppRunner:  # noqa: S104 - Slack is outside
    """Listen until the runner is cleaned up."""
    server = web.Application(client_max_size=_LARGEST)

    async def post(request: web.Request) -> web.Response:
        return await answer(app, request)

    server.router.add_post(PATH, post)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


async def answer(app: AsyncApp, request: web.Request) -> web.Response:
    """One request through Bolt; a malformed one does not get that far, as the SDK's check would fail on it."""
    body = await request.read()
    headers = request.headers
    signed = _SIGNATURE.fullmatch(headers.get("X-Slack-Signature", ""))
    if not signed or not _TIME.fullmatch(headers.get("X-Slack-Request-Timestamp", "")) or not _is_text(body):
        return web.Response(status=401)
    single: dict[str, str | Sequence[str]] = {name: headers[name] for name in headers}
    done = await app.async_dispatch(AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=single))
    made = web.Response(status=done.status, body=done.body.encode())
    made.headers["Content-Type"] = done.first_headers().get("content-type", "text/plain;charset=utf-8")
    return made


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
