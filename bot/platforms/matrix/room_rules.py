"""Who may talk to the bot, and who reads along in a room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nio import MatrixRoom

from bot.messages import Person, Role, Room
from bot.permits import WELCOME, Origin, Welcome

_COORDINATES = 50
_CREATORS_STAND_ABOVE = 12
"""From this room version on, a room's creators stand above all power levels."""


@dataclass(frozen=True)
class RoomRules:
    """What the settings say about people and rooms. `allowed`: servers and people; empty = the bot's own server."""

    own_id: str
    allowed: Sequence[str]
    teams: Sequence[str]
    role_of: Callable[[str], Role]

    def may(self, user: str) -> bool:
        """Whether this person may talk to the bot."""
        return WELCOME[self.origin(user)] is Welcome.LET_IN

    def origin(self, user: str) -> Origin:
        """Who somebody is to us. Servers keep names of digits alone for guests; other machines cannot be told apart."""
        if user == self.own_id:
            return Origin.MACHINE
        if user in self.allowed:
            return Origin.COLLEAGUE
        if server(user) not in (self.allowed or (server(self.own_id),)):
            return Origin.STRANGER
        return Origin.GUEST if user[1:].partition(":")[0].isdecimal() else Origin.COLLEAGUE

    def kind(self, room: MatrixRoom) -> Room:
        """Who can read along in a room; what is not encrypted may be read by anyone who runs a server."""
        if any(not self.may(user) for user in room.users if user != self.own_id):
            return Room.SHARED
        if not room.encrypted or room.join_rule == "public" or room.history_visibility == "world_readable":
            return Room.PUBLIC
        return Room.DIRECT if is_direct(room, self.own_id) else Room.PRIVATE

    def person(self, user: str, rooms: dict[str, MatrixRoom], creators: dict[str, set[str]]) -> Person:
        """A person with the role from the settings, or from power in a room that the settings name as a team's."""
        role = self.role_of(f"matrix:{user}")
        if role is Role.PROFESSIONAL and any(self._leads(user, rooms.get(team), creators) for team in self.teams):
            role = Role.COORDINATOR
        return Person("matrix", user, role)

    def leaders(self, rooms: dict[str, MatrixRoom], creators: dict[str, set[str]]) -> list[str]:
        """Who coordinates by their power in a team's room."""
        found = [(user, rooms[team]) for team in self.teams if team in rooms for user in rooms[team].users]
        return [user for user, room in found if user != self.own_id and self._leads(user, room, creators)]

    def _leads(self, user: str, room: MatrixRoom | None, creators: dict[str, set[str]]) -> bool:
        if room is None or user not in room.users or room.users[user].invited:
            return False
        return bool(room.power_levels.get_user_level(user) >= _COORDINATES) or user in creators.get(room.room_id, ())


def server(user: str) -> str:
    """The server of a user id; room ids may have none."""
    return user.partition(":")[2]


def is_direct(room: MatrixRoom, own_id: str) -> bool:
    """Whether only the bot and one other are in a room, or asked into it."""
    return own_id in room.users and len(room.users) == 2


def creators_of(event: dict[str, Any]) -> set[str]:
    """Who stand above the power levels, by the room's m.room.create event: nobody in older versions."""
    content = event.get("content", {})
    version = str(content.get("room_version", "1"))
    if not version.isdecimal() or int(version) < _CREATORS_STAND_ABOVE:
        return set()
    return {str(event.get("sender", "")), *map(str, content.get("additional_creators", ()))}
