"""What is done every night, by the bot's own clock: what has had its time is erased, and backups that expired."""

import asyncio
import logging
from datetime import datetime, time, timedelta

from bot.app import App
from bot.backup_list import BackupList

NIGHT = time(3, 30)
"""The hour, where the organisation is: nobody waits for the database then, and no clock change skips it."""

_LOOKS = 60.0  # seconds between looks at the clock; a machine may have slept through the hour
_log = logging.getLogger(__name__)


async def keep_house_nightly(app: App) -> None:
    """Keep house now and each night, until cancelled. What fails is tried again the next night."""
    while True:
        try:
            counts = await asyncio.to_thread(keep_house, app)
            _log.info("kept house: %d rows and files erased", sum(counts.values()))
        except Exception as error:
            _log.error("housekeeping failed, it is tried again next night: %s", type(error).__name__)
        due = next_night(app.now())
        while app.now() < due:
            await asyncio.sleep(_LOOKS)


def next_night(now: datetime) -> datetime:
    """The next time the hour comes."""
    tonight = now.replace(hour=NIGHT.hour, minute=NIGHT.minute, second=0, microsecond=0)
    return tonight if now < tonight else tonight + timedelta(days=1)


def keep_house(app: App, dry: bool = False) -> dict[str, int]:
    """Erase rows that had their time and backups that expired, or with `dry` only count them; how many by kind."""
    from bot.storage.retention import purge

    expired = app.now() - timedelta(days=app.settings.keep_backups)
    backups = BackupList(app.settings.home).expire(expired, dry)  # first: on a full disk it makes the room for the rest
    counts = purge(app.database, app.now(), app.terms, dry) | {"backup": backups}
    if not dry:
        app.graves.expire(expired - timedelta(days=1))
    return counts
