"""Messages whose key did not come yet: kept as they came, encrypted, and read as soon as the key is there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.platforms.matrix import json_file

GRACE = timedelta(seconds=20)
"""So long a key may take before the person is told."""

KEPT = timedelta(days=7)
_MOST = 1_000


@dataclass
class Unreadable:
    """The waiting events by id, in a file that survives a restart; `told` are sessions whose sender was told."""

    file: Path
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, file: Path) -> "Unreadable":
        """What waited when the process ended; nothing when the file cannot be read."""
        found = json_file.read(file)
        return cls(file, dict(found.get("events", {})), list(found.get("told", ())))

    def add(self, sources: Sequence[dict[str, Any]], now: datetime) -> None:
        """Keep events (with `room_id`) that could not be read."""
        fresh = {str(source["event_id"]): {**source, "since": now.isoformat()} for source in sources}
        fresh = {event: source for event, source in fresh.items() if event not in self.events}
        if fresh:
            self.events |= fresh
            self._save()

    def of_session(self, session: str) -> Iterator[dict[str, Any]]:
        """The events that wait for this key."""
        yield from [s for s in self.events.values() if s.get("content", {}).get("session_id") == session]

    def done(self, events: Sequence[str]) -> None:
        """Let go of events that were read, or taken back."""
        gone = [self.events.pop(event) for event in events if event in self.events]
        if gone:
            self._save()

    def forget_room(self, room: str) -> None:
        """Let go of what was said in a room that we are not in any more."""
        self.done([event for event, source in self.events.items() if source.get("room_id") == room])

    def to_tell(self, now: datetime) -> list[dict[str, Any]]:
        """One event for each session that waited longer than the grace and of which nobody was told."""
        found: dict[str, dict[str, Any]] = {}
        for source in self.events.values():
            session = source.get("content", {}).get("session_id", "")
            if session not in self.told and now - datetime.fromisoformat(source["since"]) >= GRACE:
                found.setdefault(session, source)
        return list(found.values())

    def mark_told(self, session: str) -> None:
        """Note that the sender knows, so that nobody is told twice."""
        self.told = [*self.told[-_MOST:], session]
        self._save()

    def forget_old(self, now: datetime) -> None:
        """Drop what waited so long that nobody expects an answer."""
        old = [e for e, s in self.events.items() if now - datetime.fromisoformat(s["since"]) > KEPT]
        self.done([*old, *list(self.events)[: max(0, len(self.events) - _MOST)]])

    def _save(self) -> None:
        json_file.write(self.file, {"events": self.events, "told": self.told})
