"""Coming and going: invited by people we may know, led to a room's successor, sent away."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError
from nio import JoinResponse

from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.outcomes import SyncFailedError, error_code, is_limit, retry_after
from bot.platforms.matrix.room_rules import RoomRules

_log = logging.getLogger(__name__)


@dataclass
class Invitations:
    """Answers invitations and follows rooms that moved; all of it may be done twice without harm."""

    client: Homeserver
    rules: RoomRules
    _tried: set[str] = field(default_factory=set)

    async def answer(self, invites: Mapping[str, Any]) -> None:
        """Join where somebody who may asks us to; decline the rest. Raises SyncFailedError when it must wait."""
        for room in invites:
            inviter = self.client.invited_rooms[room].inviter or ""
            if self.rules.may(inviter):
                joined = await self.client.join(room)
                if is_limit(joined):
                    raise SyncFailedError(error_code(joined), retry_after(joined).total_seconds())
                if not isinstance(joined, JoinResponse):
                    _log.warning("an invitation could not be taken: %s", joined.status_code)
            else:
                await self.leave(room)
                await self.forget(room)

    async def follow(self, moves: Sequence[tuple[str, str]]) -> None:
        """Join the rooms that old rooms lead to; a room that does not say it follows the old one is left again."""
        for _, new in moves:
            if new in self.client.rooms and new in self._tried:
                _log.warning("a room does not confirm whose successor it is")
                await self.leave(new)
            elif new in self.client.rooms:
                continue
            elif new not in self._tried:
                self._tried.add(new)
                await self.client.join(new)

    async def leave(self, room: str) -> None:
        """Leave a room."""
        try:
            await self.client.room_leave(room)
        except (ClientError, TimeoutError) as error:
            _log.warning("a room could not be left: %s", type(error).__name__)

    async def forget(self, room: str) -> None:
        """Have the server forget a room that we left, or were sent away from."""
        try:
            await self.client.room_forget(room)
        except (ClientError, TimeoutError) as error:
            _log.warning("a room could not be forgotten: %s", type(error).__name__)
