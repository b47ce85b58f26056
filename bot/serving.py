"""`wegwijzer run`: the platforms, the worker, the clock and the senders, from start to a clean end."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

from bot.app import App
from bot.bell import Bell
from bot.health import answering
from bot.holders import is_dead
from bot.housekeeping import keep_house_nightly
from bot.notify import tell
from bot.platforms import Connection
from bot.settings import Settings
from bot.watching import Watch
from bot.work import Worker

PLATFORMS = ("slack", "matrix")
STOPS_WITHIN = timedelta(seconds=8)
"""How long what is in flight gets to finish; what does not finish is still in the tables."""

LEAVES_WITHIN = timedelta(seconds=9)
"""When the process is gone, whatever hangs: a thread that waits for a disk or a model cannot be told to stop."""


async def serve(
    app: App,
    names: Sequence[str],
    http_port: int = 0,
    stop: asyncio.Event | None = None,
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Serve these platforms until SIGTERM, Ctrl-C or `stop`; `on_stop` is called at such a sign."""
    stop = stop or asyncio.Event()

    def end() -> None:
        tell("STOPPING=1")
        on_stop()
        stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, end)
    await asyncio.to_thread(_make_sure, app)
    came_in, goes_out = Bell(), Bell()
    duties = {name: app.duty(lease) for name in names if (lease := alone(name, app.settings))}
    connections = {name: connect(name)(app.services(came_in.ring, http_port, duties.get(name))) for name in names}
    worker = Worker(app.database, app.inbox, app.outbox, app.handle, goes_out.ring, came_in, app.pulse)
    deliveries = [connection.delivery for connection in connections.values()]
    for name, connection in connections.items():
        app.outbox.release(name, is_dead, app.now(), connection.delivery.recall.settle)
    waking = app.waking(deliveries, bell=goes_out, duties=duties)
    listening = [
        duties[name].run(connection.listen) if name in duties else connection.listen()
        for name, connection in connections.items()
    ]
    watch = Watch(connections, app.pulse, app.now, app.tell_coordinators, duties)
    parts: list[Coroutine[Any, Any, None]] = [
        *listening,
        worker.run(),
        waking.run(),
        watch.run(),
        keep_house_nightly(app),
    ]
    async with answering(app, watch, app.settings.health_port):
        tasks = [asyncio.create_task(part) for part in parts]
        tell("READY=1")
        try:
            await _until(stop, tasks)
        finally:
            for duty in duties.values():
                await duty.leave()


def _make_sure(app: App) -> None:
    """Before anything is answered or sent: nothing goes out of an old backup, nor with another key than before.

    What reads the reminders reads what is locked: the vault is proved with it.
    """
    app.clock_of_reminders.look_back(app.now())
    app.warm_up()


def connect(name: str) -> Callable[..., Connection]:
    """The way to open a platform, imported only when it is used: nobody pays for a platform that is off."""
    found: Callable[..., Connection] = import_module(f"bot.platforms.{name}").connect
    return found


def alone(name: str, settings: Settings) -> str:
    """The lease under which one process at a time runs a platform; empty when any number may."""
    lease: Callable[[Settings], str] | None = getattr(import_module(f"bot.platforms.{name}"), "alone", None)
    return lease(settings) if lease else ""


async def _until(stop: asyncio.Event, tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Wait for the sign to stop, then end everything; a part that fails for good ends the whole and is raised."""
    ended = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in [ended, *tasks]:
        task.cancel()
    with suppress(TimeoutError):
        async with asyncio.timeout(STOPS_WITHIN.total_seconds()):
            await asyncio.gather(ended, *tasks, return_exceptions=True)
    for task in tasks:
        if task in done:
            task.result()
