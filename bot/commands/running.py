"""`run`: the bot on the chat platforms."""

import asyncio
import logging
import os
import threading
from argparse import Namespace
from dataclasses import replace

from bot.app import App
from bot.logs import set_up
from bot.serving import LEAVES_WITHIN, PLATFORMS, serve
from bot.usage import CommandError
from prompts import render

_log = logging.getLogger(__name__)


def run(app: App, args: Namespace) -> int:
    """Serve the platforms named, or all that are configured, until told to stop."""
    set_up(app.settings.log_format)
    if unknown := set(args.platforms) - set(PLATFORMS):
        raise CommandError(render("run.unknown", name=min(unknown), names=", ".join(PLATFORMS)))
    names = args.platforms or [name for name in PLATFORMS if is_configured(app, name)]
    if not names:
        raise CommandError(render("run.no_platform"))
    if lacking := [name for name in names if not is_configured(app, name)]:
        raise CommandError(render("run.not_configured", name=lacking[0], settings=", ".join(NEEDS[lacking[0]])))
    app = replace(app, stays=True, progress=_log_progress)
    app.library.search.knows("")  # built now rather than at the first question
    asyncio.run(serve(app, names, args.http or 0, on_stop=_leave_in_time))
    return 0


def _log_progress(what: str, share: float) -> None:
    _log.info("building the index: %s (%d %%)", what, 100 * share)


def _leave_in_time() -> None:
    """End the process whatever still hangs on: what is not finished by then is safe in the tables."""
    leaving = threading.Timer(LEAVES_WITHIN.total_seconds(), _leave)
    leaving.daemon = True
    leaving.start()


def _leave() -> None:
    _log.warning("not everything ended in time; what was on its way is in the tables and goes on at the next start")
    logging.shutdown()
    os._exit(0)


NEEDS = {"slack": ("SLACK_BOT_TOKEN",), "matrix": ("MATRIX_HOMESERVER", "MATRIX_USER_ID")}
"""Without these settings a platform cannot be reached at all; the rest is for the platform to check."""


def is_configured(app: App, name: str) -> bool:
    """Whether the settings that a platform cannot do without are there."""
    values = app.settings.model_dump(by_alias=True)
    return all(_text(values.get(setting)) for setting in NEEDS[name])


def _text(value: object) -> str:
    secret = getattr(value, "get_secret_value", None)
    return str(secret() if secret else value or "")
