"""Who is let in: people of our own workspace, in our own channels. Closed by default; what cannot be known is refused.

Facts about people and channels are asked from Slack and kept for at most five minutes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.delivery import OUTSIDER, SHARED, Rejected
from bot.messages import Room
from bot.permits import WELCOME, Origin, Welcome
from bot.platforms.slack.payloads import Kind, Said

Facts = Mapping[str, Any]
Ask = Callable[[str], Awaitable[Facts]]

KEEPS = 300.0  # seconds
_MOST = 5000  # facts kept


class UnsureError(Exception):
    """Slack did not tell who it is or where; nothing is taken in now, Slack delivers it again."""


@dataclass
class Known:
    """What Slack said about people or channels, for five minutes."""

    ask: Ask
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Facts]] = field(default_factory=dict)
    _asked: dict[str, "asyncio.Future[Facts]"] = field(default_factory=dict)

    async def about(self, id: str) -> Facts:
        """The facts; raises UnsureError when Slack does not tell."""
        at, facts = self._kept.get(id, (0.0, None))
        if facts is None or self.clock() - at > KEEPS:
            facts = await self._once(id)
            if len(self._kept) > _MOST:
                self._kept.clear()
            self._kept[id] = (self.clock(), facts)
        return facts

    async def _once(self, id: str) -> Facts:
        """Ask, however many wait for the same: in a burst Slack delivers each thing several times over."""
        if id not in self._asked:
            asking = asyncio.ensure_future(self.ask(id))
            self._asked[id] = asking
            asking.add_done_callback(lambda _: self._asked.pop(id, None))
        return await asyncio.shield(self._asked[id])

    def forget(self, id: str) -> None:
        """Ask again next time."""
        self._kept.pop(id, None)


@dataclass(frozen=True)
class Verdict:
    """Whether somebody is let in; if so, who can read along and whether we can answer there."""

    welcome: bool
    room: Room = Room.DIRECT
    member: bool = True
    silent: bool = False
    """Whether even the refusal is left out: to a machine, or to somebody whom it was said already."""


REFUSED = Verdict(False)
IGNORED = Verdict(False, silent=True)


@dataclass(frozen=True)
class Gatekeeper:
    """Judges what was said. `teams` are the workspaces that are served."""

    teams: frozenset[str]
    me: str
    people: Known
    channels: Known

    async def closed(self, dest: str) -> Rejected | None:
        """Why nothing may be said unasked to a person or in a channel; None when it may. Raises UnsureError."""
        if dest.startswith(("U", "W")):
            return OUTSIDER if await self.outsider(dest) else None
        if dest.startswith("D"):
            return None
        return None if room_of(await self.channels.about(dest), self.teams).welcome else SHARED

    async def outsider(self, id: str) -> str:
        """The name of somebody who is no colleague; empty for a colleague. Raises UnsureError."""
        facts = await self.people.about(id)
        return "" if origin_of(facts, self.teams) is Origin.COLLEAGUE else str(facts.get("name") or id)

    def _at_sight(self, said: Said) -> Origin | None:
        """Who it is by the delivery alone; None when Slack has to be asked."""
        if not said.user or said.user in (self.me, "USLACKBOT") or said.bot:
            return Origin.MACHINE
        ours = bool(said.teams) and said.teams <= self.teams and said.team in self.teams
        return None if ours else Origin.STRANGER

    async def judge(self, said: Said) -> Verdict:
        """Whether it is let in. Raises UnsureError when that cannot be known now."""
        origin = self._at_sight(said) or origin_of(await self.people.about(said.user), self.teams)
        if WELCOME[origin] is not Welcome.LET_IN:
            return REFUSED if WELCOME[origin] is Welcome.REFUSED else IGNORED
        if said.outside:
            return REFUSED
        if said.direct or said.kind is Kind.HOME:
            return Verdict(True)
        if said.outside is False:  # an event: Slack tells who reads along, and only delivers where we are
            return Verdict(True, Room.PUBLIC)
        found = room_of(await self.channels.about(said.channel), self.teams)
        return found if said.kind in (Kind.COMMAND, Kind.FORM) else replace(found, member=True)


def origin_of(user: Facts, teams: frozenset[str]) -> Origin:
    """Who somebody is, by what Slack says of them; only a full member of a workspace that is served is a colleague."""
    if user.get("is_bot"):
        return Origin.MACHINE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Origin.GUEST
    grid = (user.get("enterprise_user") or {}).get("teams") or []
    known = bool({user.get("team_id"), *grid} & teams)
    return Origin.STRANGER if user.get("deleted") or user.get("is_stranger") or not known else Origin.COLLEAGUE


def room_of(channel: Facts, teams: frozenset[str]) -> Verdict:
    """Who reads along in a channel; one that is shared with another organisation is refused."""
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared") or channel.get("pending_shared"):
        return REFUSED
    if not set(channel.get("shared_team_ids") or []) <= teams:
        return REFUSED
    closed = any(channel.get(name) for name in ("is_private", "is_group", "is_mpim"))
    return Verdict(True, Room.PRIVATE if closed else Room.PUBLIC, member=bool(channel.get("is_member")))
