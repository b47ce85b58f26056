"""Plays a transcript: in Markdown, `> ` is typed and what follows must be said, in that order.

`~~words~~` must not be said where it was typed; what goes to a direct message instead stands after `→ wie`.
Directives are comments: `<!-- nu: 2026-11-21 10:00 -->`, `<!-- persoon: iris -->`, `<!-- rol: coordinator -->`,
`<!-- kamer: public -->`, `<!-- herstart -->`. A line `1. Ja` is a choice to be offered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.messages import Incoming, Person, Reply, Role, Room

ZONE = ZoneInfo("Europe/Amsterdam")
_DIRECTIVE = re.compile(r"<!--\s*(\w+)(?::\s*(.*?))?\s*-->")


@dataclass
class Stage:
    """Where a transcript is played: who speaks, where, when, and with which choices before them."""

    now: datetime = datetime(2026, 11, 21, 10, 0, tzinfo=ZONE)
    person: Person = field(default_factory=lambda: Person("terminal", "iris"))
    room: Room = Room.DIRECT
    choices: Sequence[str] = ()

    def incoming(self, text: str) -> Incoming:
        """What the person sends when typing `text`; a number picks a choice."""
        if text.isdigit() and 0 < int(text) <= len(self.choices):
            text = self.choices[int(text) - 1]
        return Incoming(self.person, text, self.now, self.room, f"{self.room}:{self.person.id}")


def play(file: Path, start: Callable[[], Callable[[Incoming], Sequence[Reply]]]) -> list[str]:
    """Play a transcript against what `start` gives (called again at `herstart`); returns what went wrong."""
    handle, stage, wrong = start(), Stage(), []
    said, here, at = "", "", 0
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if directive := _DIRECTIVE.fullmatch(line.strip()):
            if directive[1] == "herstart":
                handle = start()
            else:
                _direct(stage, directive[1], directive[2])
        elif line.startswith(">"):
            replies = handle(stage.incoming(line[1:].strip()))
            stage.choices = [choice.value for reply in replies for choice in reply.choices]
            said, at = "\n".join(as_text(reply, stage) for reply in replies), 0
            here = "\n".join(as_text(reply, stage) for reply in replies if not is_apart(reply, stage))
        elif line.strip().startswith("~~") and line.strip().endswith("~~"):
            if line.strip(" ~") in here:
                wrong.append(f"{file.name}:{number}: must not be said: {line.strip(' ~')}\n--- said:\n{said}")
        elif line.strip() and not line.startswith("#"):
            found = said.find(line.strip(), at)
            if found < 0:
                wrong.append(f"{file.name}:{number}: not said: {line.strip()}\n--- said:\n{said}")
            else:
                at = found + len(line.strip())
    return wrong


def _direct(stage: Stage, name: str, value: str) -> None:
    match name:
        case "nu":
            stage.now = datetime.fromisoformat(value).replace(tzinfo=ZONE)
        case "persoon":
            stage.person = replace(stage.person, id=value)
        case "rol":
            stage.person = replace(stage.person, role=Role(value))
        case "kamer":
            stage.room = Room(value)
        case _:
            raise ValueError(f"unknown directive {name}")


def is_apart(reply: Reply, stage: Stage) -> bool:
    """Whether a reply goes to a direct message while something was asked where others read along."""
    return reply.direct and stage.room is not Room.DIRECT


def as_text(reply: Reply, stage: Stage) -> str:
    """A reply as a transcript shows it."""
    place = [f"→ {stage.person.key}"] if is_apart(reply, stage) else []
    choices = [f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1)]
    return "\n".join([*place, reply.text, *choices, *(f"[{attachment.name}]" for attachment in reply.attachments)])
