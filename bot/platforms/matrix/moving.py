"""Rooms that were replaced by a newer one: the same place under another id, when both rooms say so.

Kept in a file: when everybody has gone from the old room, nobody is left there to say it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.platforms.matrix import json_file


@dataclass
class Moves:
    """Which room says it was replaced by which, and which says it replaces which."""

    file: Path | None = None
    _replaced_by: dict[str, str] = field(default_factory=dict)
    _replaces: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, file: Path) -> "Moves":
        """The moves that both rooms of told before."""
        replaces = {str(new): str(old) for new, old in json_file.read(file).items()}
        return cls(file, {old: new for new, old in replaces.items()}, replaces)

    def tombstone(self, room: str, replacement: str) -> None:
        """`room` says that it goes on as `replacement`."""
        if replacement:
            self._replaced_by[room] = replacement
            self._keep(replacement)

    def created(self, room: str, source: dict[str, Any]) -> None:
        """`room` was made; its event may name the room it replaces."""
        before = (source.get("content", {}).get("predecessor") or {}).get("room_id")
        if before:
            self._replaces[room] = str(before)
            self._keep(room)

    def _keep(self, room: str) -> None:
        if self.file and self.came_from(room):
            moved = {new: old for new, old in self._replaces.items() if self.came_from(new)}
            if json_file.read(self.file) != moved:
                json_file.write(self.file, moved)

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
