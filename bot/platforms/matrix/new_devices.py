"""A new device of somebody who is in a case's room: told to the coordinators unless its owner has confirmed it."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from bot.addresses import key_of
from bot.platforms import Services
from bot.platforms.matrix import json_file
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.identities import Identity, SigningError, identities
from bot.platforms.matrix.moving import Moves
from prompts import render
from workflows.case import CaseState

GRACE = timedelta(minutes=5)
"""So long people have to confirm a device they just signed in on."""

_LONGEST_NAME = 40
_log = logging.getLogger(__name__)


@dataclass
class Known:
    """What we know of one person: the public master key, the devices, and since when a device waits to be judged."""

    master: str = ""
    devices: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)

    def over(self, now: datetime) -> list[str]:
        """The devices that waited long enough."""
        return [device for device, since in self.waiting.items() if now - datetime.fromisoformat(since) >= GRACE]

    def accept(self, found: Identity) -> None:
        """Know the owner by the keys of now, when no device waits that could have made them."""
        if not self.waiting:
            self.master = found.public("master")


@dataclass
class Acquaintances:
    """The devices of everyone we share an encrypted room with, in a file: what came while we were away is new too."""

    file: Path
    people: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def open(cls, file: Path) -> "Acquaintances":
        """Who was known when the process ended; nobody when the file cannot be read."""
        return cls(file, {user: Known(**known) for user, known in json_file.read(file).items()})

    def save(self) -> None:
        """Keep them."""
        json_file.write(self.file, {user: asdict(known) for user, known in self.people.items()})


@dataclass
class NewDevices:
    """Looks at the devices of people whenever the server tells that they changed."""

    client: Homeserver
    services: Services
    moves: Moves
    known: Acquaintances

    async def look(self, coordinators: Iterable[str]) -> None:
        """Note what is new, and tell `coordinators` (user ids) of what stayed unconfirmed too long."""
        changed, now = set(self.client.queried), self.services.now()
        wanted = changed | {user for user, known in self.known.people.items() if known.over(now)}
        if not wanted:
            return
        try:
            found = await identities(self.client, wanted)
        except SigningError as error:
            _log.warning("the devices of people could not be asked for: %s", error)
            return  # whose they are is still noted, and asked again
        for user in wanted & found.keys():
            self._note(found[user], now)
            for device in self.known.people[user].over(now):
                await self._judge(found[user], device, coordinators, now)
        self.client.queried -= changed & found.keys()
        self._forget_strangers()
        self.known.save()

    def _note(self, found: Identity, now: datetime) -> None:
        known = self.known.people.get(found.user)
        if known is None:
            self.known.people[found.user] = Known(found.public("master"), sorted(found.devices))
            return
        fresh = found.devices.keys() - set(known.devices)
        known.devices += sorted(fresh)
        known.waiting |= dict.fromkeys(fresh, now.isoformat())
        known.accept(found)

    async def _judge(self, found: Identity, device: str, coordinators: Iterable[str], now: datetime) -> None:
        """A device is its owner's when the keys that we know the owner by have signed it."""
        known = self.known.people[found.user]
        own = found.public("master") == known.master and found.has_signed(device)
        if not own and await asyncio.to_thread(self._concerns_a_case, found.user):
            await asyncio.to_thread(self._tell, found, device, coordinators, now)
        del known.waiting[device]
        known.accept(found)

    def _concerns_a_case(self, user: str) -> bool:
        """Whether this person has a case, or is in a room that a meeting belongs to; the bot itself is in them all."""
        person, rooms = f"matrix:{user}", self._rooms_of(user)
        if user == self.client.user_id:
            return True
        if any(case.state is not CaseState.CLOSED for case in self.services.cases.listed(person)):
            return True
        return any(m.channel in rooms or m.planner == person for m in self.services.office.meetings.listed())

    def _rooms_of(self, user: str) -> Collection[str]:
        shared = [room.room_id for room in self.client.rooms.values() if user in room.users]
        return {f"matrix:{self.moves.first_name(room)}" for room in shared}

    def _tell(self, found: Identity, device: str, coordinators: Iterable[str], now: datetime) -> None:
        name = str((found.devices.get(device, {}).get("unsigned") or {}).get("device_display_name") or "")
        key = "matrix.new_own_device" if found.user == self.client.user_id else "matrix.new_device"
        text = render(key, user=found.user, device=_bare(device), name=_bare(name) or "zonder naam")
        mark = uuid5(NAMESPACE_OID, f"{found.user}/{device}")
        for person in dict.fromkeys(map(key_of, (*self.services.settings.coordinators, *coordinators))):
            self.services.tell(f"device/{mark}/{person}", person, text, now)

    def _forget_strangers(self) -> None:
        """Let go of people we share no room with any more."""
        present = {user for room in self.client.rooms.values() for user in room.users}
        self.known.people = {user: known for user, known in self.known.people.items() if user in present}


def _bare(name: str) -> str:
    """A name somebody chose, without what could pass for more than a name."""
    return "".join(c for c in name if c.isprintable() and c not in "`*_[]<>")[:_LONGEST_NAME]
