"""The address at which a running bot says how it is: /health for whoever watches over it, /metrics for Prometheus.

On the loopback address alone: whoever may log in on this machine may ask, nobody else.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.app import App
from bot.watching import Watch
from prompts import render

HOST = "127.0.0.1"
_log = logging.getLogger(__name__)


@asynccontextmanager
async def answering(app: App, watch: Watch, port: int) -> AsyncIterator[None]:
    """Answer on this port while the block runs; 0 for nowhere. A port that is taken is told, and stops nothing."""
    if not port:
        yield
        return
    runner = web.AppRunner(_application(app, watch), access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        _log.error("health cannot be asked on port %d: %s", port, error.strerror)
    try:
        yield
    finally:
        await runner.cleanup()


def _application(app: App, watch: Watch) -> web.Application:
    async def health(_: web.Request) -> web.Response:
        return _health(watch)

    async def metrics(_: web.Request) -> web.Response:
        from bot.metrics import CONTENT_TYPE, figures  # only where somebody asks for them

        body = await asyncio.to_thread(figures, app, watch)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    served = web.Application()
    served.router.add_get("/health", health)
    served.router.add_get("/metrics", metrics)
    return served


def _health(watch: Watch) -> web.Response:
    complaints = watch.complaints()
    advice = {name: line for name, connection in watch.connections.items() if (line := connection.advice())}
    said = {
        "ok": not complaints,
        "text": " ".join(complaints.values()) or render("health.ok"),
        "complaints": complaints,
        "advice": advice,
    }
    return web.json_response(said, status=503 if complaints else 200)
