"""What every talk about meetings has in common: a graph, how a reply is heard, what is shown back, what follows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.meetings.office import Office
from bot.messages import Incoming, Reply
from bot.storage.meeting_rows import Talk
from knowledge.flowchart import Flowchart, Step
from knowledge.guard import find
from knowledge.text import fold
from prompts import render
from workflows.dates import no_such_moment
from workflows.meeting import Who
from workflows.reading import MAX_TEXT
from workflows.run import Place
from workflows.scripts import Plain

_PLAIN = re.compile(r"https?://\S+|\b[mc]-[\d-]+|\b\d{1,2}(?:[:.]\d{2}|\s?(?:uur|u|h)\b)", re.IGNORECASE)
"""Links, references and times of day: no personal data, though "15 dec 10:00" looks like a date of birth."""


@dataclass(frozen=True)
class Turn:
    """One message in a talk."""

    office: Office
    talk: Talk
    incoming: Incoming


@dataclass(frozen=True)
class Heard:
    """What a reply means: values for steps, and what to say about it; nothing at all when it was not understood."""

    values: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


class Kind(Protocol):
    """One kind of talk."""

    def chart(self, turn: Turn) -> Flowchart:
        """The steps, asked from top to bottom."""
        ...

    def hear(self, turn: Turn, here: Place) -> Heard:
        """What a reply to the step under way means."""
        ...

    def finish(self, turn: Turn, values: Mapping[str, str]) -> list[Reply]:
        """Do it, and say so."""
        ...


def script(chart: Flowchart) -> Plain:
    """The chart as the engine walks it."""
    return Plain(chart)


def picked(step: Step, text: str) -> str:
    """The value of a choice, by its number, value or label; empty when it is none."""
    bare = fold(text).strip(" .!")
    if bare.isdecimal() and 0 < int(bare) <= len(step.choices):
        return step.choices[int(bare) - 1].value
    return next((e.value for e in step.choices if bare in (fold(e.value), fold(e.label))), "")


def faults(text: str, incoming: Incoming) -> str:
    """What keeps a text from being kept, in a sentence; empty when nothing does."""
    if len(text) > MAX_TEXT:
        return render("mdo.text_long", most=MAX_TEXT)
    found = find(_PLAIN.sub(" ", text), incoming.at.year)
    kinds = dict.fromkeys(item.what.value for item in found)
    return render("mdo.text_personal", what=" en ".join(kinds)) if found else ""


def unclear_day(text: str, now: datetime) -> str:
    """Why no day was understood; one that does not exist is named."""
    what = no_such_moment(text, now)
    return render("mdo.no_such", what=what) if what else render("mdo.unclear_day")


def pack(who: Who) -> str:
    """Somebody as the value of a step."""
    return f"{who.name}\t{who.key}"


def unpack(value: str) -> Who:
    """The somebody in a value; nobody when it was left open."""
    name, _, key = value.partition("\t")
    return Who(name, key) if name not in ("", "-") else Who()
