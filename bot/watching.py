"""The watchdog: notices that a platform is not heard, that the clock stands still or that nothing is answered.

It says so in the log and to the coordinators, once for as long as it lasts; `health` shows the same at any moment.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.duty import Duty
from bot.notify import tell
from bot.platforms import Connection
from bot.pulse import CLOCK, WORKER, Pulse
from prompts import render

SILENT = timedelta(minutes=2)
"""A platform without a sign of life for so long is not heard; pings come every few seconds, a sync every 30 s."""

STILL = timedelta(minutes=1)
"""After so long without a good round the clock (every 20 s) or the worker (every second) stands still."""

LASTS = timedelta(minutes=2)
"""Trouble is told when it lasts; a line that is renewed or a server that starts again is none of a coordinator's."""

CALM = timedelta(minutes=1)
"""Trouble is over when it has stayed away for so long."""

_LOOK = 10.0  # seconds
_AGAIN = timedelta(hours=1)  # between two messages to coordinators about one part
_log = logging.getLogger(__name__)


@dataclass
class Spell:
    """One spell of trouble with one part. `reason` is the last one heard; `clear` since when there was none."""

    since: datetime
    reason: str
    logged: bool = False
    told: bool = False
    clear: datetime | None = None


@dataclass
class Watch:
    """Looks at every part; `post` puts a message for the coordinators in the outbox under a key.

    `duties`: the platforms that one process at a time runs.
    """

    connections: Mapping[str, Connection]
    pulse: Pulse
    now: Callable[[], datetime]
    post: Callable[[str, str], None]
    duties: Mapping[str, Duty] = field(default_factory=dict)
    look: float = _LOOK
    silent: timedelta = SILENT
    still: timedelta = STILL
    lasts: timedelta = LASTS
    calm: timedelta = CALM
    _spells: dict[str, Spell] = field(default_factory=dict)
    _told: dict[str, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Look until cancelled; as long as the parts inside do their rounds, systemd hears that we live.

        Also when the rounds go wrong: a full disk is not mended by starting again, and danger is still answered.
        """
        while True:
            await asyncio.to_thread(self.note)
            if self.pulse.stillness() < self.still.total_seconds():
                tell("WATCHDOG=1")
            await asyncio.sleep(self.look)

    def complaints(self) -> dict[str, str]:
        """What is wrong now, by part, each in one Dutch line; empty when all is well."""
        outside = {name: self._unheard(name, connection) for name, connection in self.connections.items()}
        return {part: line for part, line in {**outside, **self._inside()}.items() if line}

    def _unheard(self, name: str, connection: Connection) -> str:
        if name in self.duties and self.duties[name].stands_by:
            return ""
        quiet = connection.silence()
        if (trouble := connection.trouble()) or quiet < self.silent.total_seconds():
            return trouble
        return render("health.silent", name=name.capitalize(), seconds=int(quiet))

    def _inside(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in (CLOCK, WORKER):
            if trouble := self.pulse.trouble(part):
                found[part] = render(f"health.{part}_failed", reason=trouble)
            elif self.pulse.age(part) >= self.still.total_seconds():
                found[part] = render(f"health.{part}_still", seconds=int(self.pulse.age(part)))
        return found

    def note(self) -> None:
        """One look: begin, tell and end spells of trouble. Whatever goes wrong here ends nothing."""
        try:
            complaints, now = self.complaints(), self.now()
            for part, reason in complaints.items():
                spell = self._spells.setdefault(part, Spell(now, reason))
                spell.reason, spell.clear = reason, None
                if not spell.told and now - spell.since >= self.lasts:
                    self._tell(part, spell, now)
            for part in [part for part in self._spells if part not in complaints]:
                self._clear(part, self._spells[part], now)
        except Exception as error:
            _log.error("the watch failed, it looks again: %s", type(error).__name__)

    def _tell(self, part: str, spell: Spell, now: datetime) -> None:
        if not spell.logged:
            spell.logged = True
            _log.error("trouble that lasts, with %s since %s: %s", part, f"{spell.since:%H:%M:%S}", spell.reason)
        if part not in self._told or now - self._told[part] >= _AGAIN:
            said = render("health.alarm", name=_name(part), since=f"{spell.since:%H:%M}", reason=spell.reason)
            if not self._posted(f"watch/{part}/{spell.since.isoformat()}", said):
                return
            self._told[part] = now
        spell.told = True

    def _posted(self, key: str, said: str) -> bool:
        """Whether the coordinators will hear it; when nothing can be kept now, it is tried at the next look."""
        try:
            self.post(key, said)
        except Exception as error:
            _log.warning("the coordinators cannot be told now: %s", type(error).__name__)
            return False
        return True

    def _clear(self, part: str, spell: Spell, now: datetime) -> None:
        spell.clear = spell.clear or now
        if now - spell.clear < self.calm:
            return
        if spell.told and self._told[part] >= spell.since:
            said = render("health.over", name=_name(part), since=f"{spell.clear:%H:%M}")
            if not self._posted(f"watch/{part}/{spell.since.isoformat()}/over", said):
                return
        if spell.logged:
            _log.warning("trouble is over, with %s since %s", part, f"{spell.clear:%H:%M:%S}")
        del self._spells[part]


def _name(part: str) -> str:
    return render(f"health.name_{part}") if part in (CLOCK, WORKER) else part.capitalize()
