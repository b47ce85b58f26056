"""What can be picked under a message of ours: by reaction or by number; the room itself remembers it."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.messages import Choice, Reply

PICKS = "nl.wegwijzer.picks"
"""Where a message of ours carries what can be picked: inside the encryption."""

_REMEMBERED = 500
_SELECTOR = "\ufe0f"
_TONE = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
"""The selector, and the colours of skin: a thumb is a thumb."""
_KEYCAP = "\u20e3"
_SIGNS = {"meer": "➕", "route": "🧭", "toon schema": "🗺", "bewaar": "💾"}
"""Signs for offers that are words; an offer that is called by a sign keeps its own."""


@dataclass(frozen=True)
class Picks:
    """The values under one message: `numbered` in order, `signs` by emoji. `thread`: where the message stands."""

    numbered: Sequence[str] = ()
    signs: Mapping[str, str] = field(default_factory=dict)
    thread: str = ""

    def by_number(self, text: str) -> str | None:
        """The value of a typed number ("2", "2.", "2)")."""
        bare = text.strip().rstrip(".)")
        return self._at(int(bare)) if bare.isdecimal() and len(bare) <= 3 else None

    def by_reaction(self, key: str) -> str | None:
        """The value of a reaction; it carries a number or a sign, never content."""
        key = _TONE.sub("", key)
        if key.endswith(_KEYCAP) and key[:-1].isdecimal():
            return self._at(int(key[:-1]))
        return self._at(10) if key == "🔟" else self.signs.get(key)

    def _at(self, number: int) -> str | None:
        return self.numbered[number - 1] if 1 <= number <= len(self.numbered) else None


def picks_of(reply: Reply, thread: str = "") -> Picks:
    """What can be picked under a reply."""
    return Picks(tuple(choice.value for choice in reply.choices), dict(_signs(reply.offers)), thread)


def reactions(picks: Picks) -> list[str]:
    """The reactions to set beforehand under a message: a number for each choice up to ten, then the signs."""
    numbers = [f"{n}{_SELECTOR}{_KEYCAP}" for n in range(1, min(len(picks.numbered), 9) + 1)]
    ten = ["🔟"] if len(picks.numbered) >= 10 else []
    return [*numbers, *ten, *picks.signs]


def _signs(offers: Sequence[Choice]) -> list[tuple[str, str]]:
    found = []
    for offer in offers:
        known = _SIGNS.get(offer.value) or _SIGNS.get(offer.value.partition(" ")[0])
        sign = known or ("" if any(map(str.isascii, offer.label)) else offer.label)
        if sign:
            found.append((sign.replace(_SELECTOR, ""), offer.value))
    return found


def packed(picks: Picks) -> dict[str, Any]:
    """What goes into a message, so that it can be read back after a restart."""
    return {"numbered": list(picks.numbered), "signs": dict(picks.signs)}


def unpacked(content: Mapping[str, Any], thread: str) -> Picks:
    """What can be picked under a message of ours, by its content; of anything else nothing."""
    found = content.get(PICKS)
    if not isinstance(found, dict):
        return Picks(thread=thread)
    signs = {str(key): str(value) for key, value in dict(found.get("signs") or {}).items()}
    return Picks(tuple(map(str, found.get("numbered") or ())), signs, thread)


class Shown:
    """The picks of recent messages, and of the last one in each place; lost at a restart, then read back."""

    def __init__(self) -> None:
        self._by_event: OrderedDict[str, Picks] = OrderedDict()
        self._last: OrderedDict[tuple[str, str], Picks] = OrderedDict()

    def remember(self, room: str, event: str, picks: Picks, latest: bool = True) -> None:
        """Note what can be picked under a message of ours."""
        self._by_event[event] = picks
        if latest:
            self._last[room, picks.thread] = picks
            self._last.move_to_end((room, picks.thread))
        while len(self._by_event) > _REMEMBERED:
            self._by_event.popitem(last=False)
        while len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)

    def nothing(self, room: str, thread: str) -> None:
        """Note that nothing can be picked in a place."""
        self._last[room, thread] = Picks(thread=thread)

    def forget(self, event: str) -> None:
        """Let go of a message."""
        self._by_event.pop(event, None)

    def under(self, event: str) -> Picks | None:
        """What can be picked under a message; None when it is not remembered."""
        return self._by_event.get(event)

    def last(self, room: str, thread: str) -> Picks | None:
        """What the last message in a place offered; None when that is not remembered."""
        return self._last.get((room, thread))
