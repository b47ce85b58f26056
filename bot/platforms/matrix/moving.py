"""Rooms that were replaced by a newer one: the same place under another id, when both rooms say so."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Moves:
    """Which room says it was replaced by which, and which says it replaces which."""

    _replaced_by: dict[str, str] = field(default_factory=dict)
    _replaces: dict[str, str] = field(default_factory=dict)

    def tombstone(self, room: str, replacement: str) -> None:
        """`room` says that it goes on as `replacement`."""
        if replacement:
            self._replaced_by[room] = replacement

    def created(self, room: str, source: dict[str, Any]) -> None:
        """`room` was made; its event may name the room it replaces."""
        before = (source.get("content", {}).get("predecessor") or {}).get("room_id")
        if before:
            self._replaces[room] = str(before)

    def came_from(self, room: str) -> str:
        """The room that this one replaces, when that says so too."""
        before = self._replaces.get(room, "")
        return before if before and self._replaced_by.get(before) == room else ""

    def first_name(self, room: str) -> str:
        """The id under which this place was first known; what belongs to it stays found."""
        for _ in range(len(self._replaces) + 1):
            before = self.came_from(room)
            if not before:
                break
            room = before
        return room

    def now(self, room: str) -> str:
        """The id of the room in which a place goes on today."""
        for _ in range(len(self._replaced_by) + 1):
            after = self._replaced_by.get(room, "")
            if not after or self.came_from(after) != room:
                break
            room = after
        return room

    def to_join(self) -> list[tuple[str, str]]:
        """(old room, its replacement) that the replacement has not confirmed yet."""
        return [(old, new) for old, new in self._replaced_by.items() if self._replaces.get(new) != old]
